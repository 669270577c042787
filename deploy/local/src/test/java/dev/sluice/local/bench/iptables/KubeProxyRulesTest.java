package dev.sluice.local.bench.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.bench.traffic.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Golden files; written anew with {@code -Dgolden.update=true}. */
class KubeProxyRulesTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/kube-proxy");

  private static void assertGolden(String file, String rules) throws IOException {
    Path golden = GOLDEN.resolve(file);
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(golden, rules);
    }
    assertThat(rules).isEqualTo(Files.readString(golden));
  }

  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void servicesAreOneListAndEndpointsHaveChains(IpFamily family) throws IOException {
    RuleSet rules = KubeProxyRules.of(family, new Workload(family, 2, 3).servers());

    assertGolden("load-" + family + ".rules", rules.load());
  }

  @Test
  void aChangeWritesTheServicesChainTheNewEndpointAndTheEndOfTheOld() throws IOException {
    Workload workload = new Workload(IpFamily.IPV4, 2, 3);
    List<VirtualServer> servers = workload.servers();
    VirtualServer changed = workload.replaced(servers.get(1), 0);

    RuleSet.Step step = KubeProxyRules.of(IpFamily.IPV4, servers).changed(changed);

    assertGolden("change.rules", step.script());
    assertThat(step.after())
        .isEqualTo(KubeProxyRules.of(IpFamily.IPV4, List.of(servers.get(0), changed)));
  }

  @Test
  void withoutServicesOnlyTheFrameStands() {
    assertThat(KubeProxyRules.of(IpFamily.IPV4, List.of()).load())
        .contains("-A PREROUTING", "-A KUBE-SERVICES ! -d 127.0.0.0/8")
        .doesNotContain("KUBE-SVC-", "KUBE-SEP-");
  }
}
