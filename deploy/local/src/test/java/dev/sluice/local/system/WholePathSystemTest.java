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
import java.util.List;
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
            "iptables");
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
            "sluice_drifted_objects_total{ip_family=\"IPv4\"} 0.0",
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
  @Order(5)
  void theApplierEndsInOrderAndTheNodeGoesOnForwarding() throws Exception {
    Program.Ended ended = applier.terminate();

    assertThat(ended.exitCode()).as(ended.errors()).isZero();
    assertThat(ended.output()).isEmpty();
    assertThat(ended.errors()).doesNotContain("ERROR");
    assertThat(ask("10.96.0.80", 80)).isEqualTo("b");
    assertThat(ask("fd00:10:96::80", 80)).isEqualTo("b");
  }

  @Test
  @Order(6)
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
