package dev.sluice.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.lab.IpvsTest;
import dev.sluice.local.lab.KernelTest;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That no moment is a bad one to be killed at. */
@Tag("system")
@KernelTest
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class CrashSystemTest {
  private static final int ROUNDS = Integer.getInteger("faults.rounds", 20);

  @ParameterizedTest
  @EnumSource(names = {"IPTABLES_LEGACY", "IPTABLES_NFT"})
  void whatIsKilledComesBackAndNoConnectionIsLost(FaultMode mode) throws IOException {
    check(mode);
  }

  @Test
  @IpvsTest
  void soItIsThroughIpvs() throws IOException {
    check(FaultMode.IPVS);
  }

  private static void check(FaultMode mode) throws IOException {
    long seed = Long.getLong("faults.seed", System.nanoTime());

    FaultSummary summary = new CrashRun(mode, ROUNDS, seed, 60).run(System.out::println);

    System.out.println(FaultSummary.heading());
    System.out.println(summary);
    assertThat(summary.lost()).as("changes lost, seed " + seed).isZero();
    assertThat(summary.reasons()).as("of failed connections, seed " + seed).isEmpty();
    assertThat(summary.borne()).as(summary.toString()).isTrue();
    assertThat(summary.published()).isGreaterThan(100);
    assertThat(summary.traffic().connects()).isGreaterThan(1000);
    assertThat(summary.writing()).as("kills during a write, seed " + seed).isPositive();
  }
}
