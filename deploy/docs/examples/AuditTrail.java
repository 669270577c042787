import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Prints what changed in a cluster, when and how, and goes on as it changes. Needs kafka-clients and
 * jackson-databind, and nothing of Sluice:
 *
 * <pre>java -cp CLASSPATH AuditTrail.java HOST:PORT CLUSTER [KAFKA-PROPERTY=VALUE…]</pre>
 */
public final class AuditTrail {
  private static final JsonMapper JSON = JsonMapper.shared();

  public static void main(String[] arguments) {
    if (arguments.length < 2) {
      System.err.println("usage: AuditTrail HOST:PORT CLUSTER [KAFKA-PROPERTY=VALUE...]");
      System.exit(2);
    }
    Properties settings = new Properties();
    settings.put("bootstrap.servers", arguments[0]);
    // what a transaction that is not finished, or was given up, has written is none of the history
    settings.put("isolation.level", "read_committed");
    for (String property : List.of(arguments).subList(2, arguments.length)) {
      String[] parts = property.split("=", 2);
      settings.put(parts[0], parts[1]);
    }
    TopicPartition history = new TopicPartition(arguments[1] + ".history", 0);
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      // one partition, read from its beginning: a consumer group has nothing to share out
      consumer.assign(List.of(history));
      consumer.seekToBeginning(List.of(history));
      while (!System.out.checkError()) {
        consumer.poll(Duration.ofSeconds(1)).forEach(record -> System.out.println(line(record)));
      }
    }
  }

  /** A change on one line. */
  private static String line(ConsumerRecord<String, byte[]> record) {
    try {
      JsonNode change = JSON.readTree(record.value());
      return "%s %s %s %s %s %s"
          .formatted(
              header(record, "ce_time"),
              header(record, "ce_revision"),
              verb(change),
              record.key(),
              change.path("cause").asString("?"),
              String.join("; ", differences(change)))
          .strip();
    } catch (RuntimeException e) {
      // it is on the log, so it is told of; what follows can be read all the same
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      return "offset %d, %s: can't be read: %s".formatted(record.offset(), record.key(), reason);
    }
  }

  private static String verb(JsonNode change) {
    if (!change.has("before")) {
      return "created";
    }
    return change.has("after") ? "changed" : "deleted";
  }

  /** What an update made of each property; properties that this program has never heard of, too. */
  private static List<String> differences(JsonNode change) {
    List<String> differences = new ArrayList<>();
    if (change.has("before") && change.has("after")) {
      JsonNode before = change.get("before");
      JsonNode after = change.get("after");
      TreeSet<String> names = new TreeSet<>(before.propertyNames());
      names.addAll(after.propertyNames());
      for (String name : names) {
        // absent: empty, 0 or false
        JsonNode old = before.path(name);
        JsonNode now = after.path(name);
        if (!old.equals(now)) {
          differences.add("%s: %s -> %s".formatted(name, text(old), text(now)));
        }
      }
    }
    return differences;
  }

  private static String text(JsonNode value) {
    return value.isMissingNode() ? "(none)" : value.toString();
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "?" : new String(header.value(), StandardCharsets.UTF_8);
  }

  private AuditTrail() {}
}
