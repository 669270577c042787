package dev.sluice.local.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.awaitility.Awaitility;

/**
 * A broker that asks its clients who they are, and lets them do only what they were granted. The
 * password of each is its name.
 */
public final class AuthorizingBroker implements AutoCloseable {
  private static final String ADMINISTRATOR = "admin";
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final BrokerChild child;
  private final String bootstrapServers;

  private AuthorizingBroker(BrokerChild child, String bootstrapServers) {
    this.child = child;
    this.bootstrapServers = bootstrapServers;
  }

  /** Starts it; returns when it answers. */
  public static AuthorizingBroker start(Path data, List<String> users) throws IOException {
    return start(data, users, Optional.empty());
  }

  /** Starts one that listens with TLS besides. */
  public static AuthorizingBroker start(Path data, List<String> users, TlsListeners tls)
      throws IOException {
    return start(data, users, Optional.of(tls));
  }

  private static AuthorizingBroker start(Path data, List<String> users, Optional<TlsListeners> tls)
      throws IOException {
    Path logFolder = Files.createDirectories(data.resolve("log"));
    int port = FreePort.on("127.0.0.1");
    ServerProperties plain =
        new ServerProperties(
            1, logFolder, "127.0.0.1", port, "127.0.0.1", List.of(FreePort.on("127.0.0.1")));
    Path properties = data.resolve("server.properties");
    Files.writeString(
        properties,
        plain.text()
            + authorization(users)
            + tls.map(listeners -> listeners.text(plain)).orElse(""));
    BrokerChild child =
        BrokerChild.start(
            properties, logFolder, Uuid.randomUuid().toString(), data.resolve("broker.log"));
    AuthorizingBroker broker = new AuthorizingBroker(child, "127.0.0.1:" + port);
    try {
      broker.awaitReady();
      return broker;
    } catch (RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  /** Of two lines with one name, the later counts. */
  private static String authorization(List<String> users) {
    String passwords =
        users.stream().map("user_%1$s=\"%1$s\""::formatted).collect(Collectors.joining(" "));
    return """
    listener.security.protocol.map=CLIENTS:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT
    sasl.enabled.mechanisms=PLAIN
    sasl.mechanism.inter.broker.protocol=PLAIN
    listener.name.clients.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule \
    required username="%1$s" password="%1$s" user_%1$s="%1$s" %2$s;
    authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
    # the controller's listener, which is this process's alone, asks for no name
    super.users=User:%1$s;User:ANONYMOUS
    """
        .formatted(ADMINISTRATOR, passwords);
  }

  private void awaitReady() {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(
            () -> {
              if (!child.isAlive()) {
                throw new AssertionError("the broker has ended: " + child.tail());
              }
              Map<String, Object> settings = new java.util.HashMap<>(administrator());
              settings.put("bootstrap.servers", bootstrapServers);
              settings.put("default.api.timeout.ms", "1000");
              settings.put("request.timeout.ms", "1000");
              try (Admin admin = Admin.create(settings)) {
                return !admin.describeCluster().nodes().get().isEmpty();
              }
            });
  }

  /** {@code HOST:PORT}, as clients take it. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Client properties of the one who may do everything. */
  public static Map<String, String> administrator() {
    return user(ADMINISTRATOR);
  }

  /** Client properties of a user. */
  public static Map<String, String> user(String name) {
    return Map.of(
        "security.protocol",
        "SASL_PLAINTEXT",
        "sasl.mechanism",
        "PLAIN",
        "sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%1$s\" password=\"%1$s\";"
            .formatted(name));
  }

  @Override
  public void close() {
    child.end(PATIENCE);
  }
}
