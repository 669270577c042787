package dev.sluice.applier.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.LocalPods;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.NodePortAddresses;
import dev.sluice.applier.iptables.IptablesKey;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.IptablesPlan;
import dev.sluice.applier.program.Program;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpFamily;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the rules are besides those of the golden plans, where other flags make them other. */
class IpvsRulesTest {
  private static final NodePortAddresses ALL = new NodePortAddresses(Optional.empty(), false);
  private static final Pattern SET_NAME = Pattern.compile("--(?:match|map)-set (\\S+) ");

  private static NodePolicy policy(boolean masqueradeAll, LocalPods pods) {
    return new NodePolicy(masqueradeAll, pods, ALL);
  }

  private static LocalPods ranges(String... ranges) {
    return new LocalPods.InRanges(List.of(ranges).stream().map(Cidr::parse).toList());
  }

  private static Program<IptablesKey, String> program(
      IpFamily family, IptablesOptions options, boolean randomFully, NodePolicy policy) {
    return IpvsRules.program(family, new IpvsOptions("rr", options), randomFully, policy);
  }

  private static String rules(NodePolicy policy) {
    return IptablesPlan.script(program(IpFamily.IPV4, IptablesOptions.DEFAULTS, true, policy));
  }

  @Test
  void theSchedulerAndNodePortAddressesAreNoneOfTheirBusiness() {
    NodePolicy all = policy(false, ranges("10.244.0.0/16"));
    NodePolicy some =
        new NodePolicy(
            false,
            all.pods(),
            new NodePortAddresses(Optional.of(List.of(Cidr.parse("192.0.2.0/24"))), true));

    assertThat(
            IpvsRules.program(
                IpFamily.IPV4, new IpvsOptions("sh", IptablesOptions.DEFAULTS), true, some))
        .isEqualTo(program(IpFamily.IPV4, IptablesOptions.DEFAULTS, true, all));
  }

  @Test
  void masqueradeAllMarksAllClusterIpTraffic() {
    assertThat(rules(policy(true, ranges("10.244.0.0/16"))))
        .contains("-A KUBE-SERVICES -m comment --comment \"Kubernetes service cluster ip")
        .doesNotContain("! -s");
  }

  @Test
  void wherePodsCannotBeToldNoneAreMarkedAndNoOthersMasqueraded() {
    assertThat(rules(policy(false, ranges("fd00:10:244::/48"))))
        .doesNotContain("KUBE-CLUSTER-IP dst,dst")
        .doesNotContain("-A KUBE-IPVS-MARK ")
        .contains("-A KUBE-IPVS-MARK-OUTPUT -j SET");
  }

  @Test
  void podsAreToldByTheirInterface() {
    assertThat(rules(policy(false, new LocalPods.BehindInterfaces("veth"))))
        .contains("-A KUBE-IPVS-MARK -i veth+ -j SET --map-set KUBE-IPVS-SHORT-CIRCUIT dst,dst")
        .contains("-A KUBE-SERVICES ! -i veth+ -m comment");
  }

  @Test
  void aRangeOfAllAddressesMakesEverybodyAPod() {
    assertThat(rules(policy(false, ranges("0.0.0.0/0"))))
        .contains("-A KUBE-IPVS-MARK -j SET")
        .doesNotContain("KUBE-CLUSTER-IP dst,dst");
  }

  @Test
  void toolsThatCannotSpreadPortsAreNotAskedTo() {
    assertThat(
            IptablesPlan.script(
                program(IpFamily.IPV4, IptablesOptions.DEFAULTS, false, policy(false, ranges()))))
        .contains("-j MASQUERADE\n")
        .doesNotContain("--random-fully");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 14, 28, 31})
  void theMasqueradeBitAndTheMarksOfShortCircuitsAreApart(int bit) {
    String script =
        IptablesPlan.script(
            program(IpFamily.IPV4, new IptablesOptions(bit, false), true, policy(false, ranges())));
    String marks = new Marks(bit).match();

    assertThat(script)
        .contains("--set-xmark 0x%x/0x%<x\n".formatted(1 << bit))
        .contains("-A KUBE-IPVS-FILTER -m mark --mark " + marks + " -j ACCEPT\n")
        .contains("-A KUBE-POSTROUTING -m mark --mark " + marks + " -m addrtype");
  }

  /** The tools refuse a rule whose set is not there. */
  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void everySetThatIsAskedExistsAndEverySetIsAsked(IpFamily family) {
    Set<String> asked = new HashSet<>();
    Matcher names =
        SET_NAME.matcher(
            IptablesPlan.script(
                program(
                    family,
                    IptablesOptions.DEFAULTS,
                    true,
                    policy(false, ranges("10.244.0.0/16", "fd00:10:244::/48")))));
    while (names.find()) {
      asked.add(names.group(1));
    }
    Set<String> ours = new HashSet<>();
    for (IpvsSet set : IpvsSet.values()) {
      ours.add(set.name(family));
      assertThat(IpvsSet.named(set.name(family), family)).hasValue(set);
    }
    ours.remove(IpvsSet.EXTERNAL_IP_LOCAL.name(family)); // kube-proxy's; only listed by tools
    ours.remove(IpvsSet.CLOSING.name(family)); // for a restart

    assertThat(asked).isEqualTo(ours);
  }
}
