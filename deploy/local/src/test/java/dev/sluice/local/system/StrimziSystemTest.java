package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.cli.AppliedFlags;
import dev.sluice.events.log.Topics;
import dev.sluice.local.broker.AuthorizingBroker;
import dev.sluice.local.kubernetes.Installed;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import io.strimzi.api.kafka.model.user.KafkaUserAuthorizationSimple;
import io.strimzi.api.kafka.model.user.acl.AclRule;
import io.strimzi.api.kafka.model.user.acl.AclRuleTopicResource;
import io.strimzi.api.kafka.model.user.acl.AclRuleTransactionalIdResource;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** That Strimzi's operators would make of deploy/kubernetes what the programs need. */
@Tag("system")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StrimziSystemTest {
  private static final String FOLDER = "overlays/strimzi/kafka";
  private static final String WATCHER = "sluice-watcher";
  private static final String APPLIER = "sluice-applier";
  private static final String AUDITOR = "sluice-auditor";

  @TempDir Path data;
  @TempDir Path manifests;
  @TempDir Path folder;

  /** What one user may do with one thing. */
  private record Right(String user, ResourceType type, String name, AclOperation operation) {}

  @Test
  void theTopicsAreThoseThatACommandWouldCreate() throws Exception {
    Map<String, Map<String, String>> wanted = new TreeMap<>();
    for (Topics.Definition topic : new Topics("sluice").definitions((short) 3)) {
      wanted.put(topic.name(), topic.settings());
    }

    List<KafkaTopic> topics = Installed.by(FOLDER).all(KafkaTopic.class);

    assertThat(topics)
        .hasSize(3)
        .allSatisfy(topic -> assertThat(topic.getSpec().getPartitions()).isEqualTo(1))
        .allSatisfy(topic -> assertThat(topic.getSpec().getReplicas()).isEqualTo(3))
        .allSatisfy(topic -> assertThat(topic.getSpec().getTopicName()).isNull())
        .allSatisfy(
            topic -> assertThat(topic.getMetadata().getLabels()).containsKey("strimzi.io/cluster"));
    Map<String, Map<String, String>> found = new TreeMap<>();
    topics.forEach(topic -> found.put(name(topic), settings(topic)));
    assertThat(found).isEqualTo(wanted);
  }

  private static String name(KafkaTopic topic) {
    return topic.getMetadata().getName();
  }

  private static Map<String, String> settings(KafkaTopic topic) {
    Map<String, String> settings = new TreeMap<>();
    topic.getSpec().getConfig().forEach((key, value) -> settings.put(key, value.toString()));
    return settings;
  }

  @Test
  void theUsersMayDoWhatTheDocumentGrantsButCreateAndItIsEnough() throws Exception {
    Installed installed = Installed.by(FOLDER);
    Set<Right> rights = rights(installed);
    try (AuthorizingBroker broker =
            AuthorizingBroker.start(data, List.of(WATCHER, APPLIER, AUDITOR));
        Admin admin = admin(broker);
        TestLog watchers = as(broker, WATCHER);
        TestLog appliers = as(broker, APPLIER);
        TestLog auditors = as(broker, AUDITOR)) {
      createTopics(admin, installed);
      var _ = admin.createAcls(bindings(rights)).all().get(30, TimeUnit.SECONDS);
      Files.writeString(manifests.resolve("node.yaml"), Manifests.NODE);
      Files.writeString(manifests.resolve("web.yaml"), Manifests.service("web", "10.96.0.80"));

      try (RunningWatcher _ = RunningWatcher.start(watchers, manifests).awaitFollowing();
          RunningApplier applier =
              RunningApplier.startReporting(
                  "node-1",
                  appliers,
                  RunningApplier.iptables(List.of(new FakeBackend())),
                  AppliedFlags.parse("--proxy-mode=iptables", "--cluster-cidr=10.244.0.0/16"),
                  Duration.ofSeconds(1))) {
        applier.awaitApplied(2);
        Await.until().until(() -> auditors.report("node-1").isPresent());
        assertThat(auditors.history().entries()).hasSize(2);
      }

      assertThat(rights).isEqualTo(documented(broker, admin));
    }
  }

  /** By the commands of the document, run against a broker that has no other rights left. */
  private Set<Right> documented(AuthorizingBroker broker, Admin admin) throws Exception {
    var _ = admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get(30, TimeUnit.SECONDS);
    StringBuilder properties = new StringBuilder();
    AuthorizingBroker.administrator()
        .forEach((key, value) -> properties.append(key).append('=').append(value).append('\n'));
    Files.writeString(folder.resolve("admin.properties"), properties);
    try (TestLog administrator =
        new TestLog(broker.bootstrapServers(), "sluice", AuthorizingBroker.administrator())) {
      DocumentedCommands.run(administrator, folder, "events.md", "kafka-acls.sh");
    }
    Set<Right> rights = new HashSet<>();
    for (AclBinding binding : admin.describeAcls(AclBindingFilter.ANY).values().get()) {
      String user = binding.entry().principal().replaceFirst("^User:", "");
      rights.add(
          new Right(
              user.equals("auditor") ? AUDITOR : user,
              binding.pattern().resourceType(),
              binding.pattern().name(),
              binding.entry().operation()));
    }
    // the Topic Operator creates them
    assertThat(rights.removeIf(right -> right.operation() == AclOperation.CREATE)).isTrue();
    return rights;
  }

  /** Without Describe, which Kafka grants with Read and Write. */
  private static Set<Right> rights(Installed installed) {
    Set<Right> rights = new HashSet<>();
    for (KafkaUser user : installed.all(KafkaUser.class)) {
      var authorization = (KafkaUserAuthorizationSimple) user.getSpec().getAuthorization();
      for (AclRule rule : authorization.getAcls()) {
        for (var operation : rule.getOperations()) {
          AclOperation kafkas =
              AclOperation.fromString(
                  operation
                      .toValue()
                      .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                      .toUpperCase(Locale.ROOT));
          if (kafkas != AclOperation.DESCRIBE) {
            rights.add(new Right(user.getMetadata().getName(), type(rule), resource(rule), kafkas));
          }
        }
      }
    }
    Set<String> users = new TreeSet<>();
    rights.forEach(right -> users.add(right.user()));
    assertThat(users).containsExactly(APPLIER, AUDITOR, WATCHER);
    return rights;
  }

  private static ResourceType type(AclRule rule) {
    return switch (rule.getResource()) {
      case AclRuleTopicResource _ -> ResourceType.TOPIC;
      case AclRuleTransactionalIdResource _ -> ResourceType.TRANSACTIONAL_ID;
      default -> throw new AssertionError("nobody needs " + rule);
    };
  }

  private static String resource(AclRule rule) {
    return switch (rule.getResource()) {
      case AclRuleTopicResource topic -> topic.getName();
      case AclRuleTransactionalIdResource id -> id.getName();
      default -> throw new AssertionError("nobody needs " + rule);
    };
  }

  private static List<AclBinding> bindings(Set<Right> rights) {
    List<AclBinding> bindings = new ArrayList<>();
    for (Right right : rights) {
      bindings.add(
          new AclBinding(
              new ResourcePattern(right.type(), right.name(), PatternType.LITERAL),
              new AccessControlEntry(
                  "User:" + right.user(), "*", right.operation(), AclPermissionType.ALLOW)));
    }
    return bindings;
  }

  /** On one broker, hence with one replica. */
  private static void createTopics(Admin admin, Installed installed) throws Exception {
    List<NewTopic> topics = new ArrayList<>();
    for (KafkaTopic topic : installed.all(KafkaTopic.class)) {
      Map<String, String> settings = new HashMap<>(settings(topic));
      settings.put("min.insync.replicas", "1");
      topics.add(new NewTopic(name(topic), 1, (short) 1).configs(settings));
    }
    var _ = admin.createTopics(topics).all().get(30, TimeUnit.SECONDS);
  }

  @Test
  void aClientFindsItsPasswordInTheFileThatTheSecretBecomes() throws Exception {
    Map<String, String> client = new HashMap<>();
    Properties file = new Properties();
    file.load(
        new StringReader(
            Installed.by("overlays/strimzi")
                .one(ConfigMap.class, "sluice-kafka-client")
                .getData()
                .get("client.properties")));
    file.forEach(
        (key, value) ->
            client.put(
                (String) key, ((String) value).replace("/etc/sluice/kafka", folder.toString())));
    assertThat(client).containsEntry("security.protocol", "SASL_SSL");
    // this broker has names and passwords, but no certificate
    client.keySet().removeIf(key -> key.startsWith("ssl."));
    client.put("security.protocol", "SASL_PLAINTEXT");
    client.put("sasl.mechanism", "PLAIN");
    Path secret = Files.createDirectory(folder.resolve("..data"));
    Files.writeString(
        secret.resolve("sasl.jaas.config"),
        AuthorizingBroker.user(WATCHER).get("sasl.jaas.config"));
    Files.createSymbolicLink(
        folder.resolve("sasl.jaas.config"), Path.of("..data", "sasl.jaas.config"));

    try (AuthorizingBroker broker = AuthorizingBroker.start(data, List.of(WATCHER))) {
      client.put("bootstrap.servers", broker.bootstrapServers());
      try (Admin admin = Admin.create(new HashMap<String, Object>(client))) {
        assertThat(admin.describeCluster().nodes().get(30, TimeUnit.SECONDS)).hasSize(1);
      }
    }
  }

  private static Admin admin(AuthorizingBroker broker) {
    Map<String, Object> settings = new HashMap<>(AuthorizingBroker.administrator());
    settings.put("bootstrap.servers", broker.bootstrapServers());
    return Admin.create(settings);
  }

  private static TestLog as(AuthorizingBroker broker, String user) {
    return new TestLog(broker.bootstrapServers(), "sluice", AuthorizingBroker.user(user));
  }
}
