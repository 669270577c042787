package dev.sluice.applier.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.cli.TestClusters;
import dev.sluice.applier.forwarding.EndpointSelector.EndpointSets;
import dev.sluice.applier.forwarding.ExplainedSlice.LeftOut;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.ServiceName;
import dev.sluice.events.model.ServicePort;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Why each endpoint is in the sets of node-1 in zone-a, or is not. */
class StandingTest {
  private static final ServiceName NAME = ServiceName.parse("n/s");
  private static final ServicePort PORT = new ServicePort("http", Protocol.TCP, 80, 0);
  private static final String TERMINATING = "conditions: {ready: false, terminating: true}";
  private static final String GONE =
      "conditions: {ready: false, serving: false, terminating: true}";
  private static final String STARTING = "conditions: {ready: false, serving: false}";

  private final EndpointSelector selector = new EndpointSelector("node-1", "zone-a");

  private static String slice(String labels, String family, String port, String... endpoints) {
    return """
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata: {name: s-NAME, namespace: n, labels: {kubernetes.io/service-name: s LABELS}}
    addressType: FAMILY
    ports: [{name: PORT, port: 8080}]
    endpoints: [ENDPOINTS]
    """
        .replace("NAME", Integer.toHexString((labels + family + port).hashCode()))
        .replace("LABELS", labels)
        .replace("FAMILY", family)
        .replace("PORT", port)
        .replace("ENDPOINTS", String.join(", ", endpoints));
  }

  private static String endpoint(int number, String node, String... more) {
    return "{addresses: [10.0.0.%d], nodeName: %s%s}"
        .formatted(number, node, more.length == 0 ? "" : ", " + String.join(", ", more));
  }

  private static String zone(String name) {
    return "hints: {forZones: [{name: %s}]}".formatted(name);
  }

  /** Each endpoint's standing in the Cluster set and in the Local set. */
  private List<List<Standing>> standings(String... endpoints) {
    ClusterImage image = TestClusters.parse(slice("", "IPv4", "http", endpoints));
    List<ExplainedSlice> slices =
        selector.explain(image.slices(NAME), "http", Protocol.TCP, IpFamily.IPV4);
    checkSets(image, slices);
    return slices.getFirst().endpoints().stream()
        .map(endpoint -> List.of(endpoint.cluster(), endpoint.local()))
        .toList();
  }

  private void checkSets(ClusterImage image, List<ExplainedSlice> slices) {
    EndpointSets sets = selector.sets(image.slices(NAME), PORT, IpFamily.IPV4);
    assertThat(sets.cluster()).extracting(Destination::toString).isEqualTo(used(slices, true));
    assertThat(sets.local()).extracting(Destination::toString).isEqualTo(used(slices, false));
  }

  private static List<String> used(List<ExplainedSlice> slices, boolean cluster) {
    return List.copyOf(
        new TreeSet<>(
            slices.stream()
                .flatMap(slice -> slice.endpoints().stream())
                .filter(one -> (cluster ? one.cluster() : one.local()).used())
                .map(one -> one.address() + ":" + one.port())
                .toList()));
  }

  @Test
  void whileOneIsReadyOthersAreNotUsed() {
    assertThat(
            standings(
                endpoint(1, "node-1"),
                endpoint(2, "node-2"),
                endpoint(3, "node-1", STARTING),
                endpoint(4, "node-1", TERMINATING),
                endpoint(5, "node-1", GONE)))
        .containsExactly(
            List.of(Standing.READY, Standing.READY),
            List.of(Standing.READY, Standing.ON_ANOTHER_NODE),
            List.of(Standing.NOT_READY, Standing.NOT_READY),
            List.of(Standing.TERMINATING, Standing.TERMINATING),
            List.of(Standing.NOT_SERVING, Standing.NOT_SERVING));
  }

  @Test
  void whatTerminatesHereIsTheLastResortOfThisNodeAlone() {
    assertThat(standings(endpoint(1, "node-1", TERMINATING), endpoint(2, "node-2")))
        .containsExactly(
            List.of(Standing.TERMINATING, Standing.LAST_RESORT),
            List.of(Standing.READY, Standing.ON_ANOTHER_NODE));
  }

  @Test
  void withoutAReadyOneThoseThatStillServeAreTheLastResort() {
    assertThat(
            standings(
                endpoint(1, "node-2", TERMINATING),
                endpoint(2, "node-1", GONE),
                endpoint(3, "node-1", STARTING)))
        .containsExactly(
            List.of(Standing.LAST_RESORT, Standing.ON_ANOTHER_NODE),
            List.of(Standing.NOT_SERVING, Standing.NOT_SERVING),
            List.of(Standing.NOT_READY, Standing.NOT_READY));
  }

  @Test
  void hintsForOthersAreNamed() {
    assertThat(
            standings(endpoint(1, "node-1", zone("zone-b")), endpoint(2, "node-2", zone("zone-a"))))
        .containsExactly(
            List.of(Standing.FOR_ANOTHER_ZONE, Standing.READY),
            List.of(Standing.READY, Standing.ON_ANOTHER_NODE));
    assertThat(
            standings(
                endpoint(1, "node-1", "hints: {forNodes: [{name: node-2}]}"),
                endpoint(2, "node-2", "hints: {forNodes: [{name: node-1}]}")))
        .containsExactly(
            List.of(Standing.FOR_ANOTHER_NODE, Standing.READY),
            List.of(Standing.READY, Standing.ON_ANOTHER_NODE));
  }

  @Test
  void slicesThatGiveNoneSayWhy() {
    String other = ", service.kubernetes.io/service-proxy-name: x";
    ClusterImage image =
        TestClusters.parse(
            String.join(
                "---\n",
                slice("", "IPv6", "http", "{addresses: [\"fd00::1\"]}"),
                slice("", "IPv4", "metrics", endpoint(1, "node-1")),
                slice(", service.kubernetes.io/headless: \"\"", "IPv4", "http"),
                slice(other, "IPv4", "http", endpoint(2, "node-1"))));

    List<ExplainedSlice> slices =
        selector.explain(image.slices(NAME), "http", Protocol.TCP, IpFamily.IPV4);

    assertThat(slices)
        .extracting(slice -> slice.leftOut().orElseThrow())
        .containsExactlyInAnyOrder(
            LeftOut.OTHER_FAMILY, LeftOut.NO_SUCH_PORT, LeftOut.HEADLESS, LeftOut.OTHER_PROXY);
    assertThat(slices).allMatch(slice -> slice.endpoints().isEmpty());
    assertThat(slices).extracting(ExplainedSlice::size).containsExactlyInAnyOrder(1, 1, 0, 1);
  }
}
