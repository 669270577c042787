package dev.sluice.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.lab.IpvsTest;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.run.NodeMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That too much at once costs time, not memory, and that the newest state wins. */
@Tag("system")
@KernelTest
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class OverloadSystemTest {
  /** The heap may be 512 MiB; what it really takes is published in the docs. */
  private static final long MOST_KIBIBYTES = 400 << 10;

  @ParameterizedTest
  @EnumSource(names = {"IPTABLES_LEGACY", "IPTABLES_NFT"})
  void memoryStaysBoundedAndTheNewestStateWins(NodeMode mode) throws Exception {
    check(new OverloadRun(mode, 6, Duration.ofSeconds(5), 5000, 500, 5000, 2000));
  }

  @Test
  @IpvsTest
  void soItIsThroughIpvs() throws Exception {
    check(new OverloadRun(NodeMode.IPVS, 6, Duration.ofSeconds(5), 5000, 500, 5000, 2000));
  }

  private static void check(OverloadRun run) throws Exception {
    List<OverloadResult> results = new ArrayList<>();

    FaultSummary summary = run.run(results::add);

    System.out.println(OverloadResult.heading());
    results.forEach(System.out::println);
    System.out.println(FaultSummary.heading());
    System.out.println(summary);
    assertThat(summary.lost()).isZero();
    assertThat(summary.reasons()).isEmpty();
    assertThat(summary.borne()).isTrue();
    assertThat(results).allMatch(result -> result.peak() < MOST_KIBIBYTES);
    assertThat(results.getFirst().changes()).isGreaterThanOrEqualTo(25_000);
    // states in between are skipped
    assertThat(results.getFirst().writes()).isLessThan(results.getFirst().changes() / 10);
    assertThat(results).allMatch(result -> result.lag() >= 0);
    assertThat(results).anyMatch(result -> result.lag() > 0);
  }
}
