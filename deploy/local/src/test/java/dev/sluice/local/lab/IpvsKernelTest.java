package dev.sluice.local.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That the kernel which IPVS tests run on has what goes with IPVS, in a namespace. iptables is the
 * legacy one: the guest's nf_tables knows neither IPv4 nor IPv6.
 */
@IpvsTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class IpvsKernelTest {
  @Test
  void aNamespaceHasItsOwnVirtualServers() throws Exception {
    try (NetworkNamespace namespace = NetworkNamespace.create("ipvs")) {
      String table = namespace.call(() -> Files.readString(Path.of("/proc/thread-self/net/ip_vs")));

      assertThat(table).startsWith("IP Virtual Server").doesNotContain("TCP", "UDP");
    }
  }

  @Test
  void anInterfaceMayBeADummy() {
    try (NetworkNamespace namespace = NetworkNamespace.create("ipvs")) {
      namespace.configure("link add kube-ipvs0 type dummy");

      assertThat(namespace.exec("ip", "-o", "link").orThrow().out()).contains("kube-ipvs0");
    }
  }

  @Test
  void connectionsAreTracked() {
    try (NetworkNamespace namespace = NetworkNamespace.create("ipvs")) {
      assertThat(namespace.exec("conntrack", "-L").orThrow().err()).contains("0 flow entries");
    }
  }

  @Test
  void setsAreKnown() {
    try (NetworkNamespace namespace = NetworkNamespace.create("ipvs")) {
      Execution rule =
          namespace.exec(
              "iptables-legacy", "-A", "INPUT", "-m", "set", "--match-set", "KUBE-NONE", "src");

      assertThat(rule.err()).contains("Set KUBE-NONE doesn't exist");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables-legacy", "ip6tables-legacy"})
  void rulesMayAskForVirtualServers(String tool) {
    try (NetworkNamespace namespace = NetworkNamespace.create("ipvs")) {
      namespace
          .exec(tool, "-t", "nat", "-A", "POSTROUTING", "-m", "ipvs", "--ipvs", "-j", "MASQUERADE")
          .orThrow();
    }
  }
}
