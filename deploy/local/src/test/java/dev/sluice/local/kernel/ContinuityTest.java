package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.fixture.RandomCluster;
import dev.sluice.applier.program.Backend.Written;
import dev.sluice.events.model.Endpoint;
import dev.sluice.events.model.EndpointPort;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.ServiceName;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.Unsupported;
import dev.sluice.local.lab.ProbeResult;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Timeout;

/** That no connection, new or open, notices that the kernel is being changed. */
@PacketTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ContinuityTest {
  private static final int UPDATES = 30;

  private final PacketLab lab;

  ContinuityTest(PacketLab lab) {
    this.lab = lab;
  }

  @EveryFlavour
  @Conformance(Row.S2)
  void newConnectionsSucceedThroughoutUpdates(Flavour flavour) throws Exception {
    RandomGenerator random = new Random(3);
    RandomCluster others = new RandomCluster(random);
    Cluster cluster = Cluster.random(others, UPDATES).with(Cluster.of("balanced.yaml").objects());
    EndpointSlice all = slice(cluster, "balanced", flavour);
    try (ProgrammedNode node = lab.programmed(flavour, cluster)) {
      Traffic traffic =
          Traffic.start(lab.network().client(), cluster.clusterIp("balanced", flavour), 80);
      for (int update = 0; update < UPDATES; update++) {
        // pod b stays, the others come and go, and so do Services beside it in the trees
        List<Endpoint> endpoints =
            all.endpoints().stream()
                .filter(e -> e.equals(all.endpoints().get(1)) || random.nextBoolean())
                .toList();
        cluster = cluster.with(withEndpoints(all, endpoints));
        node.update(cluster);
        cluster = cluster.with(others.edit(UPDATES));
        node.update(cluster);
      }
      List<ProbeResult> results = traffic.stop();

      assertThat(results).hasSizeGreaterThan(UPDATES);
      assertThat(results).allSatisfy(result -> assertThat(answered(result)).isTrue());
    }
  }

  @EveryFlavour
  @Conformance({Row.S2, Row.F6})
  void newConnectionsAreAnsweredOrRefusedWhileTheLastEndpointComesAndGoes(Flavour flavour)
      throws Exception {
    Cluster served = Cluster.of("hairpin.yaml");
    EndpointSlice slice = slice(served, "hairpin", flavour);
    try (ProgrammedNode node = lab.programmed(flavour, served)) {
      Traffic traffic =
          Traffic.start(lab.network().client(), served.clusterIp("hairpin", flavour), 80);
      for (int update = 0; update < UPDATES; update++) {
        Cluster unserved = served.with(withEndpoints(slice, List.of()));
        node.update(unserved);
        node.update(unserved.with(slice));
      }
      List<ProbeResult> results = traffic.stop();

      assertThat(results)
          .allSatisfy(
              result ->
                  assertThat(answered(result) || result instanceof ProbeResult.Refused)
                      .as(result.toString())
                      .isTrue());
      assertThat(results).anySatisfy(result -> assertThat(answered(result)).isFalse());
    }
  }

  @EveryFlavour
  @Unsupported(
      backend = BackEnd.IPVS,
      reason = "from kube-proxy's iptables mode it is a change of mode, which has tests of its own")
  @Conformance({Row.S2, Row.S4})
  void newConnectionsSucceedWhileANodeIsTakenOverFromKubeProxy(Flavour flavour) throws Exception {
    Cluster cluster = Cluster.of("web.yaml");
    try (ProgrammedNode node = new ProgrammedNode(lab.network().node(), flavour)) {
      node.iptables().restore(Fixture.text(IptablesOthersTest.kubeProxy(flavour)));
      Traffic traffic =
          Traffic.start(lab.network().client(), cluster.clusterIp("web", flavour), 80);
      node.program(cluster);
      node.restart();
      node.program(cluster);
      List<ProbeResult> results = traffic.stop();

      assertThat(results).allSatisfy(result -> assertThat(answered(result)).isTrue());
    }
  }

  @EveryFlavour
  @Conformance({Row.S1, Row.S3})
  void anOpenConnectionSurvivesUpdatesAndRestarts(Flavour flavour) throws Exception {
    Cluster cluster = Cluster.of("web.yaml");
    InetAddress web = cluster.clusterIp("web", flavour);
    InetSocketAddress listen = new InetSocketAddress(flavour.address(lab.b()), 9090);
    try (ProgrammedNode node = lab.programmed(flavour, Cluster.EMPTY)) {
      node.program(cluster.with(withPort(slice(cluster, "web", flavour), listen.getPort())));
      try (OpenConnection connection =
          OpenConnection.open(
              lab.b(), listen, lab.network().client(), new InetSocketAddress(web, 80))) {
        assertThat(connection.alive()).isTrue();

        Cluster otherPort = cluster;
        Cluster otherPod = cluster.with(Cluster.of("web-moved.yaml").objects());
        Cluster noPod = otherPod.with(withEndpoints(slice(cluster, "web", flavour), List.of()));
        Cluster gone = noPod.without(new ServiceName("default", "web").key());
        for (Cluster step : List.of(otherPort, otherPod, noPod, gone)) {
          node.update(step);
          assertThat(connection.alive()).isTrue();
        }
        node.program(cluster);
        node.restart();
        assertThat(node.program(cluster)).isEqualTo(Written.NOTHING);
        assertThat(connection.alive()).isTrue();
      }
    }
  }

  private static boolean answered(ProbeResult result) {
    return result instanceof ProbeResult.Answer;
  }

  private static EndpointSlice slice(Cluster cluster, String service, Flavour flavour) {
    return cluster.image().slices(new ServiceName("default", service)).stream()
        .filter(slice -> slice.addressType() == flavour.family())
        .findFirst()
        .orElseThrow();
  }

  private static EndpointSlice withPort(EndpointSlice slice, int port) {
    return new EndpointSlice(
        slice.namespace(),
        slice.name(),
        slice.serviceName(),
        slice.addressType(),
        slice.endpoints(),
        slice.ports().stream().map(p -> new EndpointPort(p.name(), p.protocol(), port)).toList(),
        slice.headless(),
        slice.proxyName());
  }

  private static EndpointSlice withEndpoints(EndpointSlice slice, List<Endpoint> endpoints) {
    return new EndpointSlice(
        slice.namespace(),
        slice.name(),
        slice.serviceName(),
        slice.addressType(),
        endpoints,
        slice.ports(),
        slice.headless(),
        slice.proxyName());
  }
}
