package dev.sluice.local.kernel;

import static dev.sluice.local.lab.Transport.TCP;
import static dev.sluice.local.lab.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.model.IpFamily;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.lab.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** What is refused at each kind of address, and to whom. */
@PacketTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class FrontEndLimitsTest {
  private final Cluster cluster = Cluster.of("limits.yaml");
  private final PacketLab lab;

  FrontEndLimitsTest(PacketLab lab) {
    this.lab = lab;
  }

  @EveryFlavour
  @Conformance(Row.F6)
  void withoutEndpointsEveryFrontEndRefusesEverybodyAtOnce(Flavour flavour) throws IOException {
    FrontEnds unserved = FrontEnds.of(cluster, "unserved", flavour);
    List<InetSocketAddress> targets = new ArrayList<>(unserved.external());
    targets.add(unserved.clusterIp());
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      for (InetSocketAddress target : targets) {
        for (Asker asker : List.of(lab.client(), lab.pod(lab.a()))) {
          assertThat(asker.server(TCP, target)).isEqualTo(Asker.REFUSED);
          assertThat(asker.server(UDP, target)).isEqualTo(Asker.REFUSED);
        }
        assertThat(lab.node().server(TCP, target)).isEqualTo(Asker.REFUSED);
        assertThat(lab.node().server(UDP, target))
            .isEqualTo(
                target.equals(unserved.nodePort()) ? Asker.REFUSED : flavour.refusedToTheNode());
      }
    }
  }

  @EveryFlavour
  @Conformance(Row.F8)
  void sourceRangesOfOneFamilyDoNotLimitTheOther(Flavour flavour) throws IOException {
    boolean ipv4 = flavour.family() == IpFamily.IPV4;
    FrontEnds limited = FrontEnds.of(cluster, ipv4 ? "ranges-ipv4" : "ranges-ipv6", flavour);
    FrontEnds open = FrontEnds.of(cluster, ipv4 ? "ranges-ipv6" : "ranges-ipv4", flavour);
    try (ProgrammedNode _ = lab.programmed(flavour, cluster)) {
      for (Transport transport : Transport.values()) {
        assertThat(lab.client().server(transport, open.loadBalancerIp())).isEqualTo("b");
        assertThat(lab.client().server(transport, limited.nodePort())).isEqualTo("b");
      }
      assertThat(lab.client().server(TCP, limited.loadBalancerIp())).isEqualTo(Asker.TIMED_OUT);
    }
  }
}
