package dev.sluice.local.kernel;

import static dev.sluice.local.lab.Transport.TCP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.lab.Distribution;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** Which of the endpoints that slices list get packets. */
@PacketTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class SliceReadingTest {
  private static final int SHARED = 400; // so that a share of two thirds is no fair half

  private final Cluster cluster = Cluster.of("slices.yaml");
  private final PacketLab lab;

  SliceReadingTest(PacketLab lab) {
    this.lab = lab;
  }

  @EveryFlavour
  @Conformance(Row.I3)
  void onlyAnEndpointsFirstAddressCounts(Flavour flavour) throws IOException {
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      assertThat(servers("first-address", flavour)).containsExactly("b");
    }
  }

  @EveryFlavour
  @Conformance(Row.I3)
  void portsMatchByNameAndNotByNumber(Flavour flavour) throws IOException {
    InetAddress address = cluster.clusterIp("by-name", flavour);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      assertThat(lab.client().distribution(20, TCP, address, 80).answers())
          .containsExactly(entry("b-admin", 20));
      assertThat(lab.client().distribution(20, TCP, address, 81).answers())
          .containsExactly(entry("b", 20));
    }
  }

  @EveryFlavour
  @Conformance(Row.I3)
  void aPortWithoutANumberIsSkipped(Flavour flavour) throws IOException {
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      assertThat(servers("without-number", flavour)).containsExactly("b");
    }
  }

  @EveryFlavour
  @Conformance(Row.I3)
  void aPortWithoutANameHasTheEmptyName(Flavour flavour) throws IOException {
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      assertThat(servers("unnamed", flavour)).containsExactly("a", "b");
    }
  }

  @EveryFlavour
  @Conformance(Row.I4)
  void conditionsThatAreUnsetHaveTheirDefaults(Flavour flavour) throws IOException {
    InetSocketAddress unready = FrontEnds.of(cluster, "terminating-unset", flavour).clusterIp();
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      assertThat(servers("ready-unset", flavour)).containsExactly("a", "b");
      assertThat(servers("serving-unset", flavour)).containsExactly("b");
      assertThat(lab.client().server(TCP, unready)).isEqualTo(Asker.REFUSED);
    }
  }

  @EveryFlavour
  @Conformance(Row.I5)
  void aReadyCopyOfAnEndpointWinsOverTerminatingOnesAndCountsOnce(Flavour flavour)
      throws IOException {
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      assertShared("copies", flavour);
    }
  }

  @EveryFlavour
  @Conformance(Row.I6)
  void aServiceOfOneFamilyHasNoRuleInTheOther(Flavour flavour) throws IOException {
    boolean ipv4 = flavour.family() == IpFamily.IPV4;
    String own = ipv4 ? "only-ipv4" : "only-ipv6";
    FrontEnds frontEnds = FrontEnds.of(cluster, own, flavour);
    try (ProgrammedNode node = lab.programmed(flavour, cluster)) {
      for (InetSocketAddress target :
          List.of(frontEnds.clusterIp(), frontEnds.externalIp(), frontEnds.nodePort())) {
        assertThat(lab.client().server(TCP, target)).isEqualTo("b");
      }
      String other = ipv4 ? "only-ipv6" : "only-ipv4";
      assertThat(node.installation().listing())
          .doesNotContain(node.installation().trace(service(other)))
          .contains(node.installation().trace(service(own)));
    }
  }

  private Service service(String name) {
    return cluster.image().service(new ServiceName("default", name)).orElseThrow();
  }

  @EveryFlavour
  @Conformance(Row.E4)
  void endpointsHintedForThisNodeAreUsed(Flavour flavour) throws IOException {
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      assertThat(servers("node-hints", flavour)).containsExactly("b");
    }
  }

  @EveryFlavour
  @Conformance({Row.E4, Row.E5})
  void hintsThatOneEndpointLacksDoNotCount(Flavour flavour) throws IOException {
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      assertShared("node-hints-lacking", flavour);
      assertShared("zone-hints-lacking", flavour);
    }
  }

  /** Who answers, in order, in so many attempts that nobody is left out. */
  private Set<String> servers(String service, Flavour flavour) {
    Distribution answers = answers(40, service, flavour);
    assertThat(answers.failures()).isEmpty();
    return answers.answers().keySet();
  }

  private void assertShared(String service, Flavour flavour) {
    assertThat(Fairness.of(answers(SHARED, service, flavour), "b", "c")).isEqualTo(Fairness.FAIR);
  }

  private Distribution answers(int times, String service, Flavour flavour) {
    InetSocketAddress target = FrontEnds.of(cluster, service, flavour).clusterIp();
    return lab.client().distribution(times, TCP, target);
  }
}
