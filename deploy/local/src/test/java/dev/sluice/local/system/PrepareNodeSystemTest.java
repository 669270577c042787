package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.NetworkNamespace;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The parameters of a network namespace, which has all but those of the machine. */
@Tag("system")
@KernelTest
class PrepareNodeSystemTest {
  private static final String FORWARD = "net/ipv4/ip_forward";
  private static final String LOCALNET = "net/ipv4/conf/all/route_localnet";
  private static final String LIMIT_LEFT_ALONE = "--conntrack-max-per-core=0";

  private static Program.Ended prepare(NetworkNamespace namespace, String... flags)
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of("prepare-node"));
    arguments.addAll(List.of("--proxy-mode=iptables", "--iptables-variant=nft"));
    arguments.addAll(List.of(flags));
    return Program.runIn(namespace, "sluice", arguments.toArray(String[]::new));
  }

  private static String value(NetworkNamespace namespace, String parameter) {
    return namespace.exec("cat", "/proc/sys/" + parameter).orThrow().out().strip();
  }

  @Test
  void setsWhatDiffersOnceAndNothingInADryRun() throws Exception {
    try (NetworkNamespace namespace = NetworkNamespace.create("prepared")) {
      namespace.sysctl(FORWARD, "0");
      namespace.sysctl(LOCALNET, "0");
      String timeout = "net/netfilter/nf_conntrack_tcp_timeout_close_wait";
      namespace.sysctl(timeout, "60");

      Program.Ended dry = prepare(namespace, LIMIT_LEFT_ALONE, "--dry-run");

      assertThat(dry.exitCode()).as(dry.errors()).isZero();
      assertThat(dry.output())
          .contains(
              "sysctl net.ipv4.ip_forward = 1: would be set, it was 0",
              "sysctl net.ipv4.conf.all.route_localnet = 1: would be set, it was 0");
      assertThat(value(namespace, FORWARD)).isEqualTo("0");
      assertThat(value(namespace, LOCALNET)).isEqualTo("0");

      Program.Ended first = prepare(namespace, LIMIT_LEFT_ALONE);

      assertThat(first.exitCode()).as(first.errors()).isZero();
      assertThat(first.output())
          .contains(
              "sysctl net.netfilter.nf_conntrack_tcp_timeout_close_wait = 3600: set, it was 60");
      assertThat(value(namespace, FORWARD)).isEqualTo("1");
      assertThat(value(namespace, LOCALNET)).isEqualTo("1");
      assertThat(value(namespace, timeout)).isEqualTo("3600");

      Program.Ended second = prepare(namespace, LIMIT_LEFT_ALONE);

      assertThat(second.output().lines().toList().getLast()).startsWith("0 changed, ");
      assertThat(second.exitCode()).isZero();
    }
  }

  @Test
  void aLimitThatIsGreaterIsLeftAlone() throws Exception {
    try (NetworkNamespace namespace = NetworkNamespace.create("prepared")) {
      String limit = value(namespace, "net/netfilter/nf_conntrack_max");

      Program.Ended ended =
          prepare(namespace, "--conntrack-min=7", "--conntrack-max-per-core=1", "--dry-run");

      assertThat(ended.output())
          .contains("sysctl net.netfilter.nf_conntrack_max >= 7: it is " + limit + "\n");
    }
  }

  @Test
  void whatItCannotSetIsNamedAndTheRestIsSet() throws Exception {
    try (NetworkNamespace namespace = NetworkNamespace.create("prepared")) {
      namespace.sysctl(FORWARD, "0");
      namespace.sysctl(LOCALNET, "0");

      // the machine's, which no namespace but the first can set
      Program.Ended ended =
          prepare(namespace, "--conntrack-min=100000000", "--iptables-localhost-nodeports=false");

      assertThat(ended.exitCode()).isEqualTo(1);
      assertThat(ended.errors().lines().toList().getLast())
          .contains(
              "sluice prepare-node: not there: ", "net.netfilter.nf_conntrack_max >= 100000000");
      assertThat(value(namespace, FORWARD)).isEqualTo("1");
      assertThat(value(namespace, LOCALNET)).as("nobody asked for it").isEqualTo("0");
    }
  }
}
