package dev.sluice.applier.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDiff;
import dev.sluice.events.model.IpAddress;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FoundFrontEndsTest {
  private static final String DNS =
      "-A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m comment --comment \"kube-system/dns:dns cluster IP\""
          + " -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU\n";
  private static final String DNS6 =
      "-A KUBE-SERVICES -d fd00:10:96::a/128 -p udp -m comment --comment \"kube-system/dns:dns\""
          + " -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU\n";
  private static final String TCP =
      "-A KUBE-SERVICES -d 10.96.0.10/32 -p tcp -m comment --comment \"kube-system/dns:tcp\""
          + " -m tcp --dport 53 -j KUBE-SVC-ERIFXISQEP7F7OF4\n";
  private static final String NODE_PORT =
      "-A KUBE-NODEPORTS -p udp -m comment --comment \"kube-system/dns:dns\" -m udp --dport 30053"
          + " -j KUBE-EXT-TCOU7JCQXEZGVUNU\n";
  private static final String MARK =
      "-A KUBE-SVC-TCOU7JCQXEZGVUNU ! -s 10.0.0.0/8 -d 10.96.0.11/32 -p udp -m udp --dport 53"
          + " -j KUBE-MARK-MASQ\n";

  private static Program<IptablesKey, String> chain(String name, String... rules) {
    return Program.<IptablesKey, String>empty()
        .plus(new IptablesKey.ChainKey(Table.NAT, name), String.join("", rules));
  }

  private static Set<FrontEnd> gone(
      Program<IptablesKey, String> installed, Program<IptablesKey, String> desired) {
    return FoundFrontEnds.gone(installed, ProgramDiff.between(installed, desired));
  }

  @Test
  void whatLedUdpSomewhereAndIsNotWantedIsGone() {
    assertThat(gone(chain("KUBE-SERVICES", DNS, DNS6, TCP, NODE_PORT, MARK), Program.empty()))
        .containsExactlyInAnyOrder(
            new FrontEnd.ClusterIp(IpAddress.parse("10.96.0.10"), 53),
            new FrontEnd.ClusterIp(IpAddress.parse("fd00:10:96::a"), 53),
            new FrontEnd.NodePort(30053));
  }

  @Test
  void whatIsWantedInAnotherChainIsNot() {
    String moved = DNS.replace("-A KUBE-SERVICES", "-A KUBE-DST-10.96.0.0-24");

    assertThat(gone(chain("KUBE-SERVICES", DNS, NODE_PORT), chain("KUBE-DST-10.96.0.0-24", moved)))
        .containsExactly(new FrontEnd.NodePort(30053));
  }

  @Test
  void whereNothingDiffersNothingIsGone() {
    assertThat(gone(chain("KUBE-SERVICES", DNS), chain("KUBE-SERVICES", DNS))).isEmpty();
  }
}
