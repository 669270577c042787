package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.applier.preparation.Capabilities;
import dev.sluice.applier.preparation.Capability;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.NetworkNamespace;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rows of the table of capabilities, each with just those, and with one less. */
@SystemTest
@KernelTest
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class CapabilitySystemTest {
  private static final int HEALTH_PORT = 10256;

  private static Set<Capability> needed(Variant variant) {
    return switch (variant) {
      case LEGACY -> Capabilities.IPTABLES_LEGACY;
      case NFT -> Capabilities.IPTABLES_NFT;
    };
  }

  static Stream<Arguments> enough() {
    Confinement nft = Confinement.asRoot(needed(Variant.NFT));
    Confinement legacy = Confinement.asRoot(needed(Variant.LEGACY));
    return Stream.of(
        Arguments.of(Variant.NFT, nft),
        Arguments.of(Variant.LEGACY, legacy),
        Arguments.of(Variant.NFT, Confinement.asNobody(nft.capabilities())),
        Arguments.of(Variant.LEGACY, Confinement.asNobody(legacy.capabilities()).inGroupZero()));
  }

  @ParameterizedTest
  @MethodSource("enough")
  void withJustTheseItForwards(Variant variant, Confinement confinement, TestLog log)
      throws Exception {
    try (ConfinedApplier node = ConfinedApplier.on(log);
        Program applier =
            node.start(confinement, "--proxy-mode=iptables", "--iptables-variant=" + variant)) {
      Pages pages = node.pages(HEALTH_PORT);
      Await.until()
          .atMost(Duration.ofMinutes(1))
          .until(() -> pages.healthz().status() == 200 || !applier.isAlive());

      assertThat(applier.isAlive()).as(applier.errors()).isTrue();
      assertThat(node.ask("10.96.0.80", 80)).isEqualTo("a");
      assertThat(node.ask("fd00:10:96::80", 80)).isEqualTo("a");
      assertThat(pages.metrics().body())
          .contains("sluice_conntrack_failures_total 0.0")
          .contains("sluice_kernel_failures_total{ip_family=\"IPv4\"} 0.0")
          .contains("sluice_kernel_failures_total{ip_family=\"IPv6\"} 0.0");
      assertThat(applier.errors())
          .as("what it can't set is named, with the command that can")
          .contains("route_localnet = 1 (it is 0): it is read-only here", "sluice prepare-node");
      assertThat(applier.terminate().exitCode()).isZero();
    }
  }

  static Stream<Arguments> tooFew() {
    return Stream.of(Variant.values())
        .flatMap(variant -> needed(variant).stream().map(less -> Arguments.of(variant, less)));
  }

  @ParameterizedTest
  @MethodSource("tooFew")
  void withOneLessItSaysSo(Variant variant, Capability less, TestLog log) throws Exception {
    Confinement confinement = Confinement.asRoot(needed(variant)).without(less);
    try (ConfinedApplier node = ConfinedApplier.on(log);
        Program applier =
            node.start(confinement, "--proxy-mode=iptables", "--iptables-variant=" + variant)) {
      Program.Ended ended = applier.await();

      assertThat(ended.exitCode()).isEqualTo(1);
      assertThat(ended.errors().lines().toList().getLast())
          .contains("iptables-" + variant + " needs the capability " + less)
          .doesNotContain("Exception");
      assertThat(
              confinement
                  .exec(node.lab().node(), "iptables-" + variant, "-t", "nat", "-N", "SLUICE-TEST")
                  .exitCode())
          .as("the kernel itself refuses")
          .isNotZero();
    }
  }

  /** What IPVS does with enough is seen where there is a kernel that has it. */
  @Test
  void withOneLessThanIpvsNeedsItSaysSoToo(TestLog log) throws Exception {
    Confinement whole = Confinement.asRoot(Capabilities.IPVS);
    try (ConfinedApplier node = ConfinedApplier.on(log)) {
      for (Capability less : Capabilities.IPVS) {
        try (Program applier = node.start(whole.without(less), "--proxy-mode=ipvs")) {
          Program.Ended ended = applier.await();

          assertThat(ended.exitCode()).isEqualTo(1);
          assertThat(ended.errors().lines().toList().getLast())
              .contains("ipvs needs the capability " + less);
        }
      }
      NetworkNamespace namespace = node.lab().node();
      String[] set = {"ipset", "create", "there", "hash:ip"};
      String[] rule = {"iptables-nft", "-A", "INPUT", "-m", "set", "--match-set", "there", "src"};
      assertThat(whole.without(Capability.NET_ADMIN).exec(namespace, set).exitCode()).isNotZero();
      whole.exec(namespace, set).orThrow();
      assertThat(whole.without(Capability.NET_RAW).exec(namespace, rule).exitCode())
          .as("the kernel itself refuses, by the variant that needs no raw socket otherwise")
          .isNotZero();
      whole.exec(namespace, rule).orThrow();
    }
  }

  @Test
  void aPortBelow1024TakesOneMore(TestLog log) throws Exception {
    Set<Capability> capabilities = EnumSet.copyOf(needed(Variant.NFT));
    String[] flags = {
      "--proxy-mode=iptables", "--iptables-variant=nft", "--healthz-bind-address=127.0.0.1:256"
    };
    try (ConfinedApplier node = ConfinedApplier.on(log)) {
      try (Program applier = node.start(Confinement.asRoot(capabilities), flags)) {
        Program.Ended ended = applier.await();

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.errors()).contains("127.0.0.1:256", "the capability NET_BIND_SERVICE");
      }
      capabilities.add(Capability.NET_BIND_SERVICE);
      try (Program applier = node.start(Confinement.asRoot(capabilities), flags)) {
        Pages pages = node.pages(256);
        Await.until()
            .atMost(Duration.ofMinutes(1))
            .until(() -> pages.healthz().status() == 200 || !applier.isAlive());
        assertThat(applier.isAlive()).as(applier.errors()).isTrue();
      }
    }
  }
}
