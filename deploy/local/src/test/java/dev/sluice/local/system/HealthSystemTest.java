package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.run.Metrics;
import dev.sluice.local.system.Pages.Page;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What load balancers and operators are told by an applier as operators run it. */
@SystemTest
@KernelTest
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class HealthSystemTest {
  private static final String HERE = "node-1";
  private static final String ELSEWHERE = "node-2";

  private KernelNode node;
  private Relay relay;
  private Scribe scribe;
  private Program applier;
  private Pages ipv4;
  private Pages ipv6;

  @BeforeAll
  void start(TestLog log) throws Exception {
    node = KernelNode.create(Variant.NFT);
    relay = Relay.into(node.namespace(), log.kafka().bootstrapServers());
    scribe = log.scribe();
    scribe.publish(Manifests.NODE);
    applier = applier(log, node);
    ipv4 = new Pages(node.namespace(), "127.0.0.1", 10256, 10249);
    ipv6 = new Pages(node.namespace(), "[::1]", 10256, 10249);
    Await.until().until(() -> ipv4.healthz().status() == 200);
  }

  @AfterAll
  void stop() {
    applier.close();
    relay.close();
    node.close();
  }

  private static Program applier(TestLog log, KernelNode node, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "apply",
                "--bootstrap-servers",
                log.kafka().bootstrapServers(),
                "--cluster",
                log.topics().cluster(),
                "--node-name",
                "node-1",
                "--proxy-mode",
                "iptables",
                "--iptables-variant",
                "nft",
                "--sync-period",
                "1s"));
    arguments.addAll(List.of(more));
    return Program.startIn(node.namespace(), "sluice", arguments.toArray(String[]::new));
  }

  /** A Service with policy Local, whose number is in its addresses and its port for health. */
  private static String balanced(String name, int number) {
    return """
    apiVersion: v1
    kind: Service
    metadata: { name: %s, namespace: shop }
    spec:
      type: LoadBalancer
      clusterIP: 10.96.1.%d
      clusterIPs: [10.96.1.%d, "fd00:10:96::1:%d"]
      externalTrafficPolicy: Local
      healthCheckNodePort: %d
      ports:
        - { protocol: TCP, port: 80, targetPort: 8080, nodePort: %d }
    """
        .formatted(name, number, number, number, healthPort(number), 30_000 + number);
  }

  private static int healthPort(int number) {
    return 32_000 + number;
  }

  private static String slice(String service, String node, String... addresses) {
    return Manifests.slice(service, addresses).replace("nodeName: node-1", "nodeName: " + node);
  }

  @Test
  void loadBalancersAreToldWhetherTheNodeHasEndpoints() throws Exception {
    scribe.publish(balanced("web", 1), slice("web", HERE, "10.244.1.2", "10.244.1.3"));
    for (Pages pages : List.of(ipv4, ipv6)) {
      Await.until().until(() -> pages.get(healthPort(1), "/").status() == 200);
      assertThat(pages.get(healthPort(1), "/any/path?of=them"))
          .isEqualTo(
              new Page(
                  200,
                  "application/json",
                  "nosniff",
                  "2",
                  """
                  {
                  \t"service": {
                  \t\t"namespace": "shop",
                  \t\t"name": "web"
                  \t},
                  \t"localEndpoints": 2,
                  \t"serviceProxyHealthy": true
                  }\
                  """));
    }

    scribe.publish(slice("web", ELSEWHERE, "10.244.2.2"));
    for (Pages pages : List.of(ipv4, ipv6)) {
      Await.until().until(() -> pages.get(healthPort(1), "/").status() == 503);
      Page page = pages.get(healthPort(1), "/");
      assertThat(page.weight()).isEqualTo("0");
      assertThat(page.body()).contains("\"localEndpoints\": 0,\n\t\"serviceProxyHealthy\": true");
    }

    scribe.delete("Service/shop/web", "EndpointSlice/shop/web");
    for (Pages pages : List.of(ipv4, ipv6)) {
      Await.until().until(() -> pages.get(healthPort(1), "/").status() == 0);
      assertThat(pages.get(healthPort(1), "/").body()).contains("Connection refused");
    }
  }

  @Test
  void aPortThatSomebodyElseHasIsReportedAndTriedAgain() throws Exception {
    int port = healthPort(2);
    try (ServerSocket _ =
        node.namespace().<ServerSocket, IOException>call(() -> new ServerSocket(port))) {
      scribe.publish(balanced("late", 2), slice("late", HERE, "10.244.1.2"));
      Await.until()
          .until(
              () ->
                  applier
                      .errors()
                      .lines()
                      .anyMatch(line -> line.contains("shop/late") && line.contains("in use")));
      assertThat(new Metrics(ipv4.metrics().body()).sum("sluice_health_check_failures_total"))
          .isPositive();
      assertThat(ipv4.healthz().status()).isEqualTo(200);
    }

    Await.until().until(() -> ipv4.get(port, "/").status() == 200);
    scribe.delete("Service/shop/late", "EndpointSlice/shop/late");
  }

  @Test
  void healthIsServedWhereNodePortsAre(TestLog log) throws Exception {
    try (KernelNode other = KernelNode.create(Variant.NFT);
        Relay _ = Relay.into(other.namespace(), log.kafka().bootstrapServers());
        Program _ = applier(log, other, "--nodeport-addresses", "172.20.0.0/16,fd00:172:20::/64")) {
      address(other, "172.20.0.1/32");
      log.scribe().publish(Manifests.NODE, balanced("web", 1), slice("web", HERE, "10.244.1.2"));

      Await.until().until(() -> status(other, "172.20.0.1") == 200);
      assertThat(status(other, "127.0.0.1")).isZero();

      address(other, "172.20.0.2/32");
      address(other, "fd00:172:20::1/128");
      Await.until().until(() -> status(other, "172.20.0.2") == 200);
      Await.until().until(() -> status(other, "[fd00:172:20::1]") == 200);
    }
  }

  private static void address(KernelNode node, String address) {
    node.namespace().exec("ip", "address", "add", address, "dev", "lo").orThrow();
  }

  private static int status(KernelNode node, String host) {
    return new Pages(node.namespace(), host, 10256, 10249).get(healthPort(1), "/").status();
  }

  @Test
  void metricsHaveKubeProxysNamesAndLabels() throws Exception {
    scribe.publish(balanced("away", 3), slice("away", ELSEWHERE, "10.244.2.2"));
    Await.until().until(() -> noLocalEndpoints("IPv4", "external") == 1);
    assertThat(noLocalEndpoints("IPv4", "internal")).isZero();
    assertThat(noLocalEndpoints("IPv6", "external")).as("no endpoint anywhere").isZero();
    assertThat(ipv4.livez().status()).isEqualTo(200);

    Metrics metrics = new Metrics(ipv4.metrics().body());

    for (String family : List.of("ip_family=\"IPv4\"", "ip_family=\"IPv6\"")) {
      for (String name :
          List.of(
              "kubeproxy_sync_proxy_rules_duration_seconds_count",
              "kubeproxy_sync_proxy_rules_duration_seconds_sum",
              "kubeproxy_sync_proxy_rules_duration_seconds_bucket",
              "kubeproxy_sync_proxy_rules_endpoint_changes_total",
              "kubeproxy_sync_proxy_rules_service_changes_total",
              "kubeproxy_sync_proxy_rules_last_timestamp_seconds",
              "kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds")) {
        assertThat(metrics.sum(name, family)).as("%s of %s", name, family).isPositive();
      }
      assertThat(metrics.sum("kubeproxy_network_programming_duration_seconds_count", family))
          .as("no change had a time of its trigger")
          .isZero();
    }
    for (String page : List.of("kubeproxy_proxy_healthz_total", "kubeproxy_proxy_livez_total")) {
      assertThat(metrics.sum(page, "code=\"200\"")).isPositive();
      assertThat(metrics.sum(page, "code=\"503\"")).isNotNegative();
    }
    assertThat(metrics.text())
        .contains(
            "# TYPE kubeproxy_sync_proxy_rules_duration_seconds histogram",
            "# TYPE kubeproxy_network_programming_duration_seconds histogram",
            "# TYPE kubeproxy_sync_proxy_rules_no_local_endpoints_total gauge",
            "# TYPE kubeproxy_proxy_healthz_total counter");

    scribe.delete("Service/shop/away", "EndpointSlice/shop/away");
    Await.until().until(() -> noLocalEndpoints("IPv4", "external") == 0);
  }

  private double noLocalEndpoints(String family, String policy) {
    return new Metrics(ipv4.metrics().body())
        .sum(
            "kubeproxy_sync_proxy_rules_no_local_endpoints_total",
            "ip_family=\"%s\",traffic_policy=\"%s\"".formatted(family, policy));
  }
}
