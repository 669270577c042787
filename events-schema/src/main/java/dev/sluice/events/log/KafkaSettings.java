package dev.sluice.events.log;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How to reach Kafka. Client settings are layered: our defaults, then {@code properties}, then what
 * the log's guarantees rest on and nobody may change (isolation, acknowledgements, serialisation).
 * Immutable; any thread.
 *
 * @param bootstrapServers {@code host:port}, several separated by commas; an IPv6 address stands in
 *     brackets
 * @param properties Kafka client properties of the user, such as those of TLS and SASL
 */
public record KafkaSettings(String bootstrapServers, Map<String, String> properties) {
  private static final Pattern SERVER =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^\\s:\\[\\]]+):(\\d+)");

  /**
   * @throws IllegalArgumentException if {@code bootstrapServers} is not of its form
   */
  public KafkaSettings {
    for (String server : bootstrapServers.split(",", -1)) {
      check(server.strip());
    }
    properties = Map.copyOf(properties);
  }

  /**
   * Settings with the properties of a file, where one is given.
   *
   * @throws IOException if the file can't be read
   * @throws IllegalArgumentException if the addresses or the file's text are malformed, or the file
   *     sets what is not the user's
   */
  public static KafkaSettings of(String bootstrapServers, Optional<Path> kafkaConfig)
      throws IOException {
    if (kafkaConfig.isEmpty()) {
      return new KafkaSettings(bootstrapServers, Map.of());
    }
    KafkaSettings settings = new KafkaSettings(bootstrapServers, read(kafkaConfig.get()));
    List<String> ours = settings.overridden();
    if (!ours.isEmpty()) {
      throw new IllegalArgumentException(
          "%s sets %s, which is not to be set: the log's guarantees rest on it"
              .formatted(kafkaConfig.get(), String.join(", ", ours)));
    }
    return settings;
  }

  /** The names of the user's properties that have no effect, since ours differ; sorted. */
  private List<String> overridden() {
    Map<String, String> fixed = new TreeMap<>(consuming());
    fixed.putAll(producing());
    fixed.put("bootstrap.servers", bootstrapServers);
    // one for each writer, and of no use to readers
    fixed.put("transactional.id", "");
    return properties.entrySet().stream()
        .filter(
            one ->
                fixed.containsKey(one.getKey()) && !one.getValue().equals(fixed.get(one.getKey())))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** Whether a property's value is not for everybody's eyes: passwords and private keys. */
  static boolean isSecret(String name) {
    return name.endsWith("password")
        || name.endsWith("sasl.jaas.config")
        || name.equals("ssl.keystore.key")
        || name.endsWith("secret");
  }

  /** The hosts of the bootstrap servers, IPv6 addresses without brackets. */
  public List<String> hosts() {
    return Arrays.stream(bootstrapServers.split(",", -1))
        .map(server -> server.strip().replaceFirst(":\\d+$", "").replaceAll("[\\[\\]]", ""))
        .toList();
  }

  /** The names of the properties that hold secrets; sorted. */
  public List<String> secrets() {
    return properties.keySet().stream().filter(KafkaSettings::isSecret).sorted().toList();
  }

  /** The files that hold private keys. */
  public List<Path> keyFiles() {
    return Optional.ofNullable(properties.get("ssl.keystore.location")).stream()
        .map(Path::of)
        .toList();
  }

  /** Properties of a consumer that reads one partition with no group. */
  public Map<String, String> consumer() {
    Map<String, String> defaults = common();
    // one answer a second on an idle log: thousands of nodes wait at the same broker
    defaults.put("fetch.max.wait.ms", "1000");
    // bounds a reader's memory: one fetch is buffered while the one before is folded
    defaults.put("fetch.max.bytes", "1048576");
    defaults.put("max.partition.fetch.bytes", "1048576");
    defaults.put("request.timeout.ms", "10000");
    defaults.put("default.api.timeout.ms", "10000");
    return layered(defaults, consuming());
  }

  /** Properties of a transactional producer; every call of it ends in bounded time. */
  public Map<String, String> producer(String transactionalId) {
    Map<String, String> defaults = common();
    defaults.put("compression.type", "zstd");
    defaults.put("linger.ms", "5");
    defaults.put("batch.size", "262144");
    defaults.put("max.request.size", Integer.toString(Topics.LARGEST_RECORD));
    // gives up on a record before the broker gives up on the transaction
    defaults.put("request.timeout.ms", "4000");
    defaults.put("delivery.timeout.ms", "8000");
    defaults.put("transaction.timeout.ms", "10000");
    defaults.put("max.block.ms", "10000");
    Map<String, String> fixed = producing();
    fixed.put("transactional.id", transactionalId);
    return layered(defaults, fixed);
  }

  /** Properties of a producer of reports, small and without transactions; ends in bounded time. */
  public Map<String, String> reportProducer() {
    Map<String, String> defaults = common();
    defaults.put("compression.type", "zstd");
    defaults.put("buffer.memory", "1048576");
    defaults.put("request.timeout.ms", "4000");
    defaults.put("delivery.timeout.ms", "8000");
    defaults.put("max.block.ms", "5000");
    return layered(defaults, producing());
  }

  /** Properties of an administration client. */
  public Map<String, String> admin() {
    Map<String, String> defaults = common();
    defaults.put("request.timeout.ms", "5000");
    defaults.put("default.api.timeout.ms", "10000");
    return layered(defaults, Map.of());
  }

  /** The addresses and the names of the properties; their values may be secret. */
  @Override
  public String toString() {
    return "KafkaSettings[bootstrapServers="
        + bootstrapServers
        + ", properties="
        + properties.keySet().stream().sorted().toList()
        + "]";
  }

  private static Map<String, String> common() {
    Map<String, String> defaults = new TreeMap<>();
    defaults.put("enable.metrics.push", "false");
    // we serve metrics of our own; a bean for each of the clients' is memory for nobody
    defaults.put("metric.reporters", "");
    return defaults;
  }

  /** What no consumer of ours may do otherwise. */
  private static Map<String, String> consuming() {
    return Map.of(
        "key.deserializer", ByteArrayDeserializer.class.getName(),
        "value.deserializer", ByteArrayDeserializer.class.getName(),
        "isolation.level", "read_committed",
        "auto.offset.reset", "none",
        "enable.auto.commit", "false",
        "allow.auto.create.topics", "false");
  }

  /** What no producer of ours may do otherwise. */
  private static Map<String, String> producing() {
    Map<String, String> fixed = new TreeMap<>();
    fixed.put("key.serializer", ByteArraySerializer.class.getName());
    fixed.put("value.serializer", ByteArraySerializer.class.getName());
    fixed.put("acks", "all");
    fixed.put("enable.idempotence", "true");
    return fixed;
  }

  private Map<String, String> layered(Map<String, String> defaults, Map<String, String> fixed) {
    Map<String, String> result = new TreeMap<>(defaults);
    result.putAll(properties);
    result.putAll(fixed);
    result.put("bootstrap.servers", bootstrapServers);
    return result;
  }

  private static Map<String, String> read(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + " is no properties file: " + e.getMessage(), e);
    }
    return properties.stringPropertyNames().stream()
        .collect(Collectors.toMap(name -> name, properties::getProperty));
  }

  private static void check(String server) {
    Matcher matcher = SERVER.matcher(server);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"" + server + "\" is no address of a Kafka broker; expected HOST:PORT[,HOST:PORT…]");
    }
    String port = matcher.group(2);
    if (port.length() > 5 || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65535) {
      throw new IllegalArgumentException("\"" + server + "\": the port is not within 1 to 65535");
    }
  }
}
