package dev.sluice.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.lab.IpvsTest;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.run.NodeMode;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That no moment is a bad one to be killed at. */
@Tag("system")
@KernelTest
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class CrashSystemTest {
  private static final int ROUNDS = Integer.getInteger("faults.rounds", 20);
  private static final long SEED = Long.getLong("faults.seed", System.nanoTime());

  /** Both at once: most of the time is that of programs that start. */
  @Test
  void whatIsKilledComesBackAndNoConnectionIsLost() throws Exception {
    try (ExecutorService both = Executors.newFixedThreadPool(2)) {
      Future<FaultSummary> legacy = both.submit(() -> run(NodeMode.IPTABLES_LEGACY));
      Future<FaultSummary> nft = both.submit(() -> run(NodeMode.IPTABLES_NFT));
      check(legacy.get());
      check(nft.get());
    }
  }

  @Test
  @IpvsTest
  void soItIsThroughIpvs() throws IOException {
    check(run(NodeMode.IPVS));
  }

  private static FaultSummary run(NodeMode mode) throws IOException {
    return new CrashRun(mode, ROUNDS, SEED, 60).run(System.out::println);
  }

  private static void check(FaultSummary summary) {
    System.out.println(FaultSummary.heading());
    System.out.println(summary);
    assertThat(summary.lost()).as("changes lost, seed " + SEED).isZero();
    assertThat(summary.reasons()).as("of failed connections, seed " + SEED).isEmpty();
    assertThat(summary.borne()).as(summary.toString()).isTrue();
    assertThat(summary.published()).isGreaterThan(100);
    assertThat(summary.traffic().connects()).isGreaterThan(1000);
    assertThat(summary.writing()).as("kills during a write, seed " + SEED).isPositive();
  }
}
