package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.broker.BrokerSettings;
import dev.sluice.local.broker.EmbeddedBroker;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.lab.EchoServer;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.lab.Pod;
import dev.sluice.local.lab.Probe;
import dev.sluice.local.lab.ProbeResult;
import dev.sluice.local.system.Pages.Page;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From an edited manifest to a packet's way, with the programs as operators run them: broker and
 * watcher beside the node, the applier on it. The broker is one of its own, because the node has to
 * reach it over its network. Ordered, because the programs are ended by the last tests.
 */
@KernelTest
@Tag("system")
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class WholePathSystemTest {
  private static final int PORT = 8080;
  private static final String EDITED_AT = "2026-01-01T00:00:00Z";

  private Path folder;
  private Path manifests;
  private NodeLab lab;
  private EmbeddedBroker broker;
  private Program watcher;
  private Program applier;
  private Pages watcherPages;
  private Pages applierPages;

  @BeforeAll
  void start(@TempDir Path data) throws Exception {
    folder = data;
    lab = NodeLab.create();
    for (String name : List.of("a", "b")) {
      Pod pod = lab.addPod(name);
      pod.addresses().forEach(address -> EchoServer.start(pod, address, PORT));
    }
    NetworkNamespace control = lab.addControl();
    broker =
        control.call(
            () ->
                EmbeddedBroker.start(
                    BrokerSettings.in(folder.resolve("broker")).withListen(NodeLab.CONTROL_V4)));
    manifests = Files.createDirectory(folder.resolve("manifests"));
    Files.writeString(manifests.resolve("node.yaml"), Manifests.NODE);
    Files.writeString(manifests.resolve("web.yaml"), Manifests.WEB);
    watcher =
        Program.startIn(
            control,
            "sluice-watcher",
            "--bootstrap-servers",
            broker.bootstrapServers(),
            "--replication-factor",
            "1",
            "--manifests",
            manifests.toString());
    watcherPages = new Pages(control, "127.0.0.1", 10258, 10259);
    applier =
        Program.startIn(
            lab.node(),
            "sluice",
            "apply",
            "--bootstrap-servers",
            broker.bootstrapServers(),
            "--node-name",
            "node-1",
            "--proxy-mode",
            "iptables",
            // so that what comes back sooner does not come back by that
            "--sync-period",
            "10m");
    applierPages = new Pages(lab.node(), "127.0.0.1", 10256, 10249);
    Await.until().until(() -> applierPages.healthz().status() == 200);
  }

  @AfterAll
  void stop() {
    applier.close();
    watcher.close();
    broker.close();
    lab.close();
  }

  @Test
  @Order(1)
  void anEditedManifestChangesWhereAPacketArrives() throws Exception {
    assertThat(ask("10.96.0.80", 80)).isEqualTo("a");
    assertThat(ask("fd00:10:96::80", 80)).isEqualTo("a");
    assertThat(ask(NodeLab.NODE_V4, 30080)).isEqualTo("a");

    replace(
        "web.yaml",
        Manifests.WEB
            .replace("10.244.1.2", "10.244.1.3")
            .replace("fd00:10:244:1::2", "fd00:10:244:1::3")
            .replace(
                "  name: web-ipv4\n",
                "  name: web-ipv4\n  annotations: { endpoints.kubernetes.io/last-change-trigger-time:"
                    + " \""
                    + EDITED_AT
                    + "\" }\n"));

    Await.until().untilAsserted(() -> assertThat(ask("10.96.0.80", 80)).isEqualTo("b"));
    Await.until().untilAsserted(() -> assertThat(ask("fd00:10:96::80", 80)).isEqualTo("b"));
    assertThat(ask(NodeLab.NODE_V4, 30080)).isEqualTo("b");
  }

  @Test
  @Order(2)
  void bothProgramsSayThatTheyAreWell() {
    for (Pages program : List.of(watcherPages, applierPages)) {
      for (Page page : List.of(program.healthz(), program.livez())) {
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.type()).isEqualTo("application/json");
        assertThat(page.options()).isEqualTo("nosniff");
      }
    }
    assertThat(applierPages.healthz().body())
        .contains("\"lastUpdated\":\"2", "\"currentTime\":\"2", "\"nodeEligible\":true");
    assertThat(watcherPages.healthz().body()).contains("following");
  }

  @Test
  @Order(3)
  @Conformance(Row.H5)
  void metricsHaveTheNamesThatDashboardsUse() throws Exception {
    Page applierMetrics = applierPages.metrics();
    assertThat(applierMetrics.status()).isEqualTo(200);
    assertThat(applierMetrics.type()).startsWith("text/plain; version=0.0.4");
    assertThat(applierMetrics.body())
        .contains(
            "kubeproxy_sync_proxy_rules_duration_seconds_bucket{ip_family=\"IPv4\",le=",
            "kubeproxy_network_programming_duration_seconds_bucket{ip_family=\"IPv4\",le=",
            "kubeproxy_sync_proxy_rules_service_changes_total{ip_family=\"IPv6\"}",
            "kubeproxy_sync_proxy_rules_endpoint_changes_total{ip_family=\"IPv4\"}",
            "kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family=\"IPv4\"}",
            "kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds{ip_family=\"IPv4\"}",
            "sluice_applied_revision 6.0",
            "sluice_kernel_writes_total{ip_family=\"IPv4\"} 2.0",
            "sluice_undecodable_records_total 0.0",
            "sluice_drift_total{ip_family=\"IPv4\",kind=\"missing\",mode=\"iptables\"} 0.0",
            "sluice_publish_to_kernel_seconds_count 2");
    Page watcherMetrics = watcherPages.metrics();
    assertThat(union(applierMetrics, watcherMetrics))
        .as("on the pages, and in the tables of operations.md")
        .isEqualTo(DocumentedMetrics.inTables());
    assertThat(watcherMetrics.status()).isEqualTo(200);
    assertThat(watcherMetrics.type()).startsWith("text/plain; version=0.0.4");
    assertThat(watcherMetrics.body())
        .contains(
            "sluice_watcher_changes_total{cause=\"observed\",kind=\"EndpointSlice\"} 2.0",
            "sluice_watcher_changes_total{cause=\"resync\",kind=\"Service\"} 1.0",
            "sluice_watcher_revision 6.0",
            "sluice_watcher_epoch 1.0",
            "sluice_watcher_ready 1.0");
  }

  @Test
  @Order(4)
  @Conformance(Row.T4)
  void aFlushedTableIsBackAtOnceAndForeignChainsAreLeftAlone() throws Exception {
    for (String table : List.of("nat", "filter")) {
      for (String tool : List.of("iptables", "ip6tables")) {
        lab.node().exec(tool, "-w", "-t", table, "-F").orThrow();
        lab.node().exec(tool, "-w", "-t", table, "-X").orThrow();
        lab.node().exec(tool, "-w", "-t", table, "-N", "CNI-OTHERS").orThrow();
        String counter =
            "sluice_drift_total{ip_family=\"%s\",kind=\"missing\",mode=\"iptables\"} 0.0"
                .formatted(tool.equals("iptables") ? "IPv4" : "IPv6");
        Await.until()
            .untilAsserted(
                () -> {
                  assertThat(applierPages.metrics().body()).doesNotContain(counter);
                  assertThat(verify().exitCode()).isZero();
                });
        lab.node().exec(tool, "-w", "-t", table, "-X", "CNI-OTHERS").orThrow();
      }
    }
    assertThat(ask("10.96.0.80", 80)).isEqualTo("b");
    assertThat(ask("fd00:10:96::80", 80)).isEqualTo("b");
    assertThat(ask(NodeLab.NODE_V4, 30080)).isEqualTo("b");
  }

  private Program.Ended verify(String... arguments) throws Exception {
    List<String> words =
        new ArrayList<>(
            List.of(
                "verify",
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--node-name",
                "node-1"));
    words.addAll(List.of(arguments));
    return Program.runIn(lab.node(), "sluice", words.toArray(String[]::new));
  }

  @Test
  @Order(5)
  void whatDashboardAndAlertsNameIsThere() throws Exception {
    // a rule of others keeps a chain of ours from being removed: the kernel refuses something
    Files.writeString(manifests.resolve("api.yaml"), Manifests.service("api", "10.96.0.81"));
    replace("api-slice.yaml", Manifests.slice("api", "10.244.1.2"));
    Await.until().until(() -> chainOf("10.96.0.81").isPresent());
    lab.node().exec("iptables", "-w", "-t", "nat", "-N", "CNI-OTHERS").orThrow();
    String refused = chainOf("10.96.0.81").orElseThrow();
    lab.node().exec("iptables", "-w", "-t", "nat", "-A", "CNI-OTHERS", "-j", refused).orThrow();
    Files.delete(manifests.resolve("api.yaml"));
    Await.until().until(() -> applierPages.metrics().body().contains("sluice_refused{"));

    MonitoringNames there =
        MonitoringNames.scraped(applierPages.metrics().body(), watcherPages.metrics().body());
    MonitoringNames named = MonitoringNames.ofFiles();

    assertThat(named.metrics()).hasSizeGreaterThan(30);
    assertThat(there.metrics()).containsAll(named.metrics());
    // the others are given by whoever scrapes
    assertThat(named.labels()).contains("mode", "kind", "ip_family");
    assertThat(there.labels())
        .containsAll(named.labelsBut("job", "instance", "cluster"))
        .doesNotContain("job", "instance", "cluster");

    lab.node().exec("iptables", "-w", "-t", "nat", "-F", "CNI-OTHERS").orThrow();
    lab.node().exec("iptables", "-w", "-t", "nat", "-X", "CNI-OTHERS").orThrow();
    lab.node().exec("iptables", "-w", "-t", "nat", "-X", refused).orThrow();
  }

  /** The chain that balances the connections to an address. */
  private Optional<String> chainOf(String address) {
    return lab.node()
        .exec("iptables", "-w", "-t", "nat", "-S")
        .orThrow()
        .out()
        .lines()
        .filter(line -> line.contains(" -d " + address + "/32 ") && line.contains(" -j KUBE-SVC-"))
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .findFirst();
  }

  @Test
  @Order(7)
  @Conformance({Row.H2, Row.H3, Row.I9})
  void aNodeThatGoesAwayIsNotEligibleButAlive() throws Exception {
    String taint = "spec:\n  taints: [{ key: ToBeDeletedByClusterAutoscaler, effect: NoSchedule }]";
    replace("node.yaml", Manifests.NODE.replace("spec:", taint));

    Await.until().until(() -> applierPages.healthz().status() == 503);
    assertThat(applierPages.healthz().body()).contains("\"nodeEligible\":false");
    assertThat(applierPages.livez().status()).isEqualTo(200);

    replace("node.yaml", Manifests.NODE);

    Await.until().until(() -> applierPages.healthz().status() == 200);
  }

  @Test
  @Order(8)
  void theApplierEndsInOrderAndTheNodeGoesOnForwarding() throws Exception {
    Program.Ended ended = applier.terminate();

    assertThat(ended.exitCode()).as(ended.errors()).isZero();
    assertThat(ended.output()).isEmpty();
    assertThat(ended.errors().lines().filter(line -> line.contains("ERROR")))
        .allMatch(line -> line.contains("refused") && line.contains("removal of nat KUBE-SVC-"));
    assertThat(ask("10.96.0.80", 80)).isEqualTo("b");
    assertThat(ask("fd00:10:96::80", 80)).isEqualTo("b");
  }

  @Test
  @Order(9)
  void verifyTellsWhatDiffersByKeyAndWritesNothing() throws Exception {
    Program.Ended same = verify();
    assertThat(same.exitCode()).as(same.output() + same.errors()).isZero();
    assertThat(same.output()).contains("node-1, iptables, IPv4", "holds what the log says");
    lab.node().exec("iptables", "-w", "-t", "nat", "-F", "KUBE-MARK-MASQ").orThrow();
    lab.node().exec("iptables", "-w", "-t", "nat", "-N", "KUBE-SVC-NOBODYS").orThrow();
    lab.node().exec("iptables", "-w", "-t", "nat", "-D", "POSTROUTING", "1").orThrow();
    String before = lab.node().exec("iptables", "-w", "-t", "nat", "-S").orThrow().out();

    Program.Ended text = verify("--family", "ipv4");
    Program.Ended json = verify("-o", "json");

    assertThat(text.exitCode()).as(text.errors()).isEqualTo(1);
    assertThat(text.output())
        .contains(
            "objects that differ: 3",
            "changed nat KUBE-MARK-MASQ",
            "    should be: -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000",
            "extra   nat KUBE-SVC-NOBODYS",
            "missing nat POSTROUTING")
        .doesNotContain("IPv6");
    assertThat(json.exitCode()).isEqualTo(1);
    assertThat(json.output())
        .contains(
            "\"same\" : false", "\"object\" : \"nat KUBE-MARK-MASQ\"", "\"kind\" : \"changed\"");
    assertThat(lab.node().exec("iptables", "-w", "-t", "nat", "-S").orThrow().out())
        .isEqualTo(before);
    Program.Ended wrong = verify("--at", "5");
    assertThat(wrong.exitCode()).isEqualTo(2);
    Program.Ended nobody =
        Program.runIn(
            lab.node(),
            "sluice",
            "verify",
            "--manifests",
            manifests.toString(),
            "--node-name",
            "nobody",
            "--proxy-mode",
            "iptables");
    assertThat(nobody.exitCode()).isEqualTo(2);
    assertThat(nobody.errors()).contains("there is no Node/nobody");
  }

  @Test
  @Order(10)
  void theWatcherEndsInOrder() throws Exception {
    Program.Ended ended = watcher.terminate();

    assertThat(ended.exitCode()).as(ended.errors()).isZero();
    assertThat(ended.output()).isEmpty();
    assertThat(ended.errors()).doesNotContain("ERROR");
  }

  /** Which pod answers the outside client. */
  private String ask(String address, int port) {
    Probe probe = Probe.tcp(lab.client(), address, port);
    return switch (probe.ask()) {
      case ProbeResult.Answer answer -> answer.server();
      case ProbeResult other -> other.toString();
    };
  }

  /** As editors and kubectl do: never half a file. */
  private void replace(String file, String text) throws Exception {
    Path written = folder.resolve(file + ".new");
    Files.writeString(written, text);
    Files.move(
        written,
        manifests.resolve(file),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static Set<String> union(Page applier, Page watcher) {
    Set<String> names = DocumentedMetrics.on(applier.body());
    names.addAll(DocumentedMetrics.on(watcher.body()));
    names.add("sluice_refused"); // there only while something is refused
    return names;
  }
}
