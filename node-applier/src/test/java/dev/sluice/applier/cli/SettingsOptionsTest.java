package dev.sluice.applier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.applier.program.Backend.Facts;
import dev.sluice.applier.runtime.NodeProgram;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ProxyMode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsOptionsTest {
  private static final NodeProgram IPTABLES =
      new NodeProgram(ProxyMode.IPTABLES, Map.of(), new Facts(false, Set.of()));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--masquerade-all",
        "--cluster-cidr 10.244.0.0/16,fd00:10:244::/48",
        "--detect-local-mode NodeCIDR",
        "--detect-local-mode BridgeInterface --pod-bridge-interface cbr0",
        "--detect-local-mode InterfaceNamePrefix --pod-interface-name-prefix veth",
        "--nodeport-addresses primary",
        "--nodeport-addresses 10.0.0.0/8,fd00::/8 --iptables-localhost-nodeports=false",
        "--iptables-masquerade-bit 7 --cluster-cidr 10.0.0.0/8 --masquerade-all",
        "--ipvs-scheduler mh"
      })
  void whatIsToldIsReadBackAsItWasMeant(String flags) throws Exception {
    AppliedFlags applied =
        AppliedFlags.parse(flags.isEmpty() ? new String[0] : flags.split(" ", -1));

    Map<String, String> told = applied.reports(Duration.ofSeconds(1)).options().of(IPTABLES);
    RecordedFlags read = RecordedFlags.of(told);

    assertThat(told.values()).doesNotContain("");
    assertThat(read.flags.proxy.node(read.commandLine())).isEqualTo(applied.config());
    assertThat(read.flags.proxy.iptables(read.commandLine())).isEqualTo(applied.iptables());
    assertThat(told).containsEntry("--iptables-random-fully", "false");
    assertThat(read.families()).containsExactly(IpFamily.values());
  }

  @Test
  void inIpvsModeTheNodesAddressesAreToldButForThoseOfItsLinks() {
    NodeProgram ipvs =
        new NodeProgram(
            ProxyMode.IPVS,
            Map.of(),
            new Facts(true, addresses("fe80::1", "::1", "10.0.0.7", "10.0.0.6")));
    NodeProgram bare =
        new NodeProgram(ProxyMode.IPVS, Map.of(), new Facts(true, addresses("127.0.0.1")));

    assertThat(told(ipvs)).containsEntry("--node-addresses", "10.0.0.6,10.0.0.7");
    assertThat(told(ipvs)).containsEntry("--ipvs-scheduler", "rr");
    assertThat(told(bare)).containsEntry("--node-addresses", "none");
    assertThat(told(IPTABLES)).doesNotContainKeys("--node-addresses", "--ipvs-scheduler");
  }

  @Test
  void aNodeWithOneFamilySaysSo() throws Exception {
    SettingsOptions options =
        new SettingsOptions(
            new ProxyOptions(), new IpvsFlags(), true, true, List.of(IpFamily.IPV4));

    Map<String, String> told = options.of(IPTABLES);

    assertThat(told).containsEntry("--conntrack-tcp-be-liberal", "true");
    assertThat(RecordedFlags.of(told).families()).containsExactly(IpFamily.IPV4);
  }

  @Test
  void anOptionThatThisVersionDoesNotKnowIsNamed() {
    Map<String, String> later = new TreeMap<>(told(IPTABLES));
    later.put("--later-option", "x");

    assertThatThrownBy(() -> RecordedFlags.of(later))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("--later-option");
    assertThatThrownBy(() -> RecordedFlags.of(Map.of("--cluster-cidr", "somewhere")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("somewhere");
  }

  private static Map<String, String> told(NodeProgram program) {
    return AppliedFlags.parse().reports(Duration.ofSeconds(1)).options().of(program);
  }

  private static Set<IpAddress> addresses(String... texts) {
    return Set.copyOf(List.of(texts).stream().map(IpAddress::parse).toList());
  }
}
