package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.log.Topics;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.broker.AuthorizingBroker;
import dev.sluice.local.broker.TlsListeners;
import dev.sluice.local.lab.Certificates;
import dev.sluice.local.lab.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The programs against a broker that asks who they are, and shows who it is. */
@Tag("system")
@KernelTest
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KafkaSecuritySystemTest {
  private static final String WATCHER = "sluice-watcher";
  private static final String APPLIER = "sluice-applier";
  private static final String AUDITOR = "auditor";
  private static final Pattern PASSWORD = Pattern.compile("password=\"([^\"]+)\"");

  @TempDir static Path data;
  @TempDir static Path folder;

  private static Certificates certificates;
  private static AuthorizingBroker broker;
  private static TlsListeners tls;

  @BeforeAll
  static void aBrokerThatAsks() throws Exception {
    certificates = Certificates.in(folder.resolve("ours"));
    Files.copy(certificates.authority(), folder.resolve("ca.crt"));
    tls =
        TlsListeners.of(certificates.authority(), certificates.identity("broker", "IP:127.0.0.1"));
    broker = AuthorizingBroker.start(data, List.of(WATCHER, APPLIER, AUDITOR), tls);
    Files.writeString(folder.resolve("admin.properties"), text(AuthorizingBroker.administrator()));
    try (TestLog log = new TestLog(broker.bootstrapServers(), "sluice", Map.of())) {
      DocumentedCommands.run(log, folder, "security.md", "SCRAM-SHA-512");
      DocumentedCommands.run(log, folder, "events.md", "kafka-acls.sh");
    }
  }

  @AfterAll
  static void end() {
    if (broker != null) {
      broker.close();
    }
  }

  private static String text(Map<String, String> properties) {
    return properties.entrySet().stream()
        .map(one -> one.getKey() + "=" + one.getValue() + "\n")
        .collect(Collectors.joining());
  }

  private static String named() {
    return "127.0.0.1:" + tls.namedPort();
  }

  private static String mutual() {
    return "127.0.0.1:" + tls.mutualPort();
  }

  private static Path file(String name, String... lines) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
  }

  private static Path ofAuditor(String name, Path authority) throws IOException {
    return file(
        name,
        "security.protocol=SASL_SSL",
        "sasl.mechanism=PLAIN",
        "sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required"
            + " username=\"auditor\" password=\"auditor\";",
        "ssl.truststore.type=PEM",
        "ssl.truststore.location=" + authority);
  }

  private static Path withCertificate(String name) throws IOException {
    return file(
        name + "-mutual.properties",
        "security.protocol=SSL",
        "ssl.truststore.type=PEM",
        "ssl.truststore.location=" + folder.resolve("ca.crt"),
        "ssl.keystore.type=PEM",
        "ssl.keystore.location=" + certificates.identity(name, "DNS:" + name));
  }

  private static String[] apply(Path kafkaConfig) {
    return new String[] {
      "apply",
      "--bootstrap-servers=" + named(),
      "--kafka-config=" + kafkaConfig,
      "--node-name=node-1",
      "--proxy-mode=iptables",
      "--iptables-variant=nft",
      "--report-interval=1s",
      "--conntrack-max-per-core=0"
    };
  }

  private static Program.Ended state(String servers, Path kafkaConfig) throws Exception {
    return Program.run(
        "sluice", "state", "--bootstrap-servers=" + servers, "--kafka-config=" + kafkaConfig);
  }

  /** Several programs start at once here, on a machine that may be busy. */
  private static ConditionFactory patiently() {
    return Await.until().atMost(Duration.ofMinutes(2));
  }

  @Test
  void eachProvesWhoItIsAndNothingOfThatIsTold() throws Exception {
    Path manifests = Files.createDirectory(folder.resolve("manifests"));
    Files.writeString(manifests.resolve("node.yaml"), Manifests.NODE);
    Files.writeString(manifests.resolve("web.yaml"), Manifests.WEB);
    Path ofApplier = folder.resolve(APPLIER + ".properties");
    try (Program watcher =
            Program.start(
                "sluice-watcher",
                "--bootstrap-servers=" + mutual(),
                "--kafka-config=" + withCertificate(WATCHER),
                "--manifests=" + manifests,
                "--healthz-bind-address=127.0.0.1:0",
                "--metrics-bind-address=127.0.0.1:0");
        KernelNode node = KernelNode.create(Variant.NFT);
        Relay _ = Relay.into(node.namespace(), named());
        Program applier = Program.startIn(node.namespace(), "sluice", apply(ofApplier))) {
      Pages pages = new Pages(node.namespace(), "127.0.0.1", 10256, 10249);
      patiently().until(() -> pages.healthz().status() == 200);
      assertThat(node.rules(IpFamily.IPV4)).contains("--to-destination 10.244.1.2:8080");

      Path ofAuditor = ofAuditor("auditor.properties", certificates.authority());
      Program.Ended nodes =
          Program.run(
              "sluice",
              "nodes",
              "--bootstrap-servers=" + named(),
              "--kafka-config=" + ofAuditor,
              "--wait-for=4");
      assertThat(nodes.exitCode()).as(nodes.errors()).isZero();
      assertThat(nodes.output()).contains("node-1");
      assertThat(state(mutual(), withCertificate(AUDITOR)).output()).contains("web");

      Matcher password = PASSWORD.matcher(Files.readString(ofApplier));
      assertThat(password.find()).isTrue();
      assertThat(applier.errors() + pages.metrics().body() + pages.healthz().body())
          .contains("starting node=node-1")
          .doesNotContain(password.group(1));
      assertThat(applier.errors()).as("only its owner can read the file").doesNotContain("chmod");
      assertThat(watcher.isAlive()).isTrue();
    }
  }

  @Test
  void whatIsRefusedIsNamedAtOnceAndWithoutSecrets() throws Exception {
    Path trusted = certificates.authority();
    Path others = Certificates.in(folder.resolve("others")).authority();
    Path wrongPassword =
        file(
            "wrong.properties",
            Files.readString(ofAuditor("ours.properties", trusted))
                .replace("password=\"auditor\"", "password=\"hunter2-hunter2\""));
    Path malformed =
        file(
            "malformed.properties",
            "security.protocol=SASL_PLAINTEXT",
            "sasl.mechanism=PLAIN",
            "sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required"
                + " username=auditor password=hunter2 hunter2;");
    Path nobody =
        file(
            "nobody.properties",
            "security.protocol=SSL",
            "ssl.truststore.type=PEM",
            "ssl.truststore.location=" + trusted);
    Map<Program.Ended, String> refusals = new HashMap<>();

    refusals.put(state(named(), wrongPassword), "does not take the name and password");
    refusals.put(
        state(named(), ofAuditor("untrusting.properties", others)), "is not one that we trust");
    refusals.put(
        state("localhost:" + tls.namedPort(), ofAuditor("ours.properties", trusted)),
        "is that of another host");
    refusals.put(state(mutual(), nobody), "does not take our certificate, or wants one");
    refusals.put(state(named(), malformed), "(not shown)");
    refusals.put(
        state(named(), ofAuditor("absent.properties", folder.resolve("absent.crt"))), "absent.crt");

    refusals.forEach(
        (ended, reason) -> {
          assertThat(ended.errors()).contains(reason).doesNotContain("hunter2", "\tat ");
          assertThat(ended.exitCode()).isEqualTo(1);
        });
    assertThat(state(named(), wrongPassword).errors())
        .contains("wrong.properties holds sasl.jaas.config and can be read by everybody");
  }

  @Test
  void anApplierWithAWrongPasswordSaysSoAndWaitsUntilItIsRight() throws Exception {
    Path file =
        file(
            "late.properties",
            Files.readString(folder.resolve(APPLIER + ".properties"))
                .replaceAll("username=\"[^\"]*\"", "username=\"late\"")
                .replaceAll("password=\"[^\"]*\"", "password=\"hunter2-hunter2\""));
    try (KernelNode node = KernelNode.create(Variant.NFT);
        Relay _ = Relay.into(node.namespace(), named());
        Program applier = Program.startIn(node.namespace(), "sluice", apply(file))) {
      Pages pages = new Pages(node.namespace(), "127.0.0.1", 10256, 10249);
      patiently().until(() -> pages.healthz().body().contains("does not take the name"));
      assertThat(pages.healthz().status()).isEqualTo(503);
      assertThat(pages.livez().status()).as("a restart would not help").isEqualTo(200);
      assertThat(applier.errors()).contains("does not take the name").doesNotContain("hunter2");

      Map<String, Object> settings = new HashMap<>(AuthorizingBroker.administrator());
      settings.put("bootstrap.servers", broker.bootstrapServers());
      try (Admin admin = Admin.create(settings)) {
        admin
            .alterUserScramCredentials(
                List.of(
                    new UserScramCredentialUpsertion(
                        "late",
                        new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                        "hunter2-hunter2")))
            .all()
            .get();
      }

      String state = new Topics("sluice").state();
      patiently().until(() -> pages.healthz().body().contains("does not grant it to us"));
      assertThat(pages.healthz().body()).contains(state);
      assertThat(applier.isAlive()).isTrue();
    }
  }

  @Test
  void aWatcherWithAWrongPasswordSaysSoAndWaits() throws Exception {
    Path file =
        file(
            "stranger.properties",
            Files.readString(folder.resolve(WATCHER + ".properties"))
                .replaceAll("password=\"[^\"]*\"", "password=\"hunter2-hunter2\""));
    Path manifests = Files.createDirectory(folder.resolve("of-stranger"));
    Files.writeString(manifests.resolve("node.yaml"), Manifests.NODE);
    try (Program watcher =
        Program.start(
            "sluice-watcher",
            "--bootstrap-servers=" + named(),
            "--kafka-config=" + file,
            "--manifests=" + manifests,
            "--healthz-bind-address=127.0.0.1:0",
            "--metrics-bind-address=127.0.0.1:0")) {
      patiently().until(() -> watcher.errors().contains("does not take the name and password"));

      assertThat(watcher.errors()).doesNotContain("hunter2-hunter2");
      assertThat(watcher.isAlive()).isTrue();
    }
  }
}
