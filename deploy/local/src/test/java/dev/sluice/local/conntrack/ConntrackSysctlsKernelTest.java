package dev.sluice.local.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.conntrack.ConntrackLimits;
import dev.sluice.applier.conntrack.ConntrackSysctls;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.NetworkNamespace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The parameters of a real kernel, as a network namespace other than the first has them. */
@KernelTest
class ConntrackSysctlsKernelTest {
  private static final int MORE_THAN_ANY_NODE_HAS = 100_000_000;

  @Test
  @Conformance(Row.H4)
  void whatBelongsToTheNodeAloneIsNamedAndTheRestIsSet() {
    ConntrackLimits limits =
        new ConntrackLimits(
            MORE_THAN_ANY_NODE_HAS,
            0,
            Duration.ofHours(7),
            Duration.ZERO,
            true,
            Duration.ofSeconds(17),
            Duration.ZERO);
    try (NetworkNamespace namespace = NetworkNamespace.create("sysctls")) {
      List<String> failures =
          namespace.<List<String>, RuntimeException>call(
              () -> new ConntrackSysctls(Path.of("/")).apply(limits, 1));

      assertThat(failures).hasSize(2);
      assertThat(failures.getFirst()).contains("nf_conntrack_max = 100000000 (it is ");
      assertThat(failures.getLast()).contains("hashsize = 25000000 (it is ");
      String folder = "/proc/sys/net/netfilter/nf_conntrack_";
      assertThat(
              namespace
                  .exec(
                      "cat",
                      folder + "tcp_timeout_established",
                      folder + "tcp_be_liberal",
                      folder + "udp_timeout")
                  .orThrow()
                  .out())
          .isEqualTo("25200\n1\n17\n");
    }
  }
}
