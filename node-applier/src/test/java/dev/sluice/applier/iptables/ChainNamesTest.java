package dev.sluice.applier.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.ServicePortName;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.ServiceName;
import org.junit.jupiter.api.Test;

class ChainNamesTest {
  private static ServicePortName port(String service, String port, Protocol protocol) {
    return new ServicePortName(ServiceName.parse(service), port, protocol);
  }

  @Test
  void chainsAreCalledAsKubeProxyCallsThem() {
    // as any kubeadm cluster lists them
    assertThat(ChainNames.service(port("kube-system/kube-dns", "dns", Protocol.UDP)))
        .isEqualTo("KUBE-SVC-TCOU7JCQXEZGVUNU");
    assertThat(ChainNames.service(port("kube-system/kube-dns", "dns-tcp", Protocol.TCP)))
        .isEqualTo("KUBE-SVC-ERIFXISQEP7F7OF4");
    assertThat(ChainNames.service(port("kube-system/kube-dns", "metrics", Protocol.TCP)))
        .isEqualTo("KUBE-SVC-JD5MR3NA4I4DYORP");
    assertThat(ChainNames.service(port("default/kubernetes", "https", Protocol.TCP)))
        .isEqualTo("KUBE-SVC-NPX46M4PTMTKRN6Y");
    // from the unit tests of kube-proxy: a port without a name
    assertThat(ChainNames.external(port("ns1/svc1", "p80", Protocol.TCP)))
        .isEqualTo("KUBE-EXT-XPGD46QRK7WJZT7O");
  }

  @Test
  void chainsOfOthersAreNotOurs() {
    assertThat(ChainNames.ours("KUBE-SERVICES")).isTrue();
    assertThat(ChainNames.ours("KUBE-SEP-XYZ")).isTrue();
    for (String other :
        new String[] {
          "KUBE-FIREWALL",
          "KUBE-KUBELET-CANARY",
          "KUBE-IPTABLES-HINT",
          "KUBE-ROUTER-INPUT",
          "KUBE-NWPLCY-ABC",
          "CNI-HOSTPORT-DNAT",
          "DOCKER",
          "PREROUTING"
        }) {
      assertThat(ChainNames.ours(other)).as(other).isFalse();
    }
  }

  @Test
  void namesFitIntoTheKernelsTwentyEightCharacters() {
    for (Tree tree : Tree.values()) {
      for (IpFamily family : IpFamily.values()) {
        var longest = new PrefixTree.Slot(new Bits(-1, -1).prefix(16), 16);
        var widest = new PrefixTree.Slot(new Bits(-1, -1), family.bits());
        assertThat(tree.chain(family, longest).chain()).hasSizeLessThanOrEqualTo(28);
        assertThat(tree.chain(family, widest).chain()).hasSizeLessThanOrEqualTo(28);
        assertThat(ChainNames.ours(tree.chain(family, longest).chain())).isTrue();
        assertThat(ChainNames.ours(tree.chain(family, PrefixTree.Slot.ROOT).chain())).isTrue();
      }
    }
  }
}
