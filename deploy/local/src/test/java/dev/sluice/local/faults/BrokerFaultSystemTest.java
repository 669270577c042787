package dev.sluice.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.run.NodeMode;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That a node goes on without its brokers, and catches up with them. */
@Tag("system")
@KernelTest
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class BrokerFaultSystemTest {
  private static final Duration OUTAGE = Duration.ofSeconds(12);

  @Test
  void nothingIsLostWithTheBrokersNorWithTheWayToThem() throws Exception {
    long seed = Long.getLong("faults.seed", System.nanoTime());

    FaultSummary summary =
        new BrokerFaultRun(NodeMode.IPTABLES_NFT, seed, OUTAGE).run(System.out::println);

    System.out.println(FaultSummary.heading());
    System.out.println(summary);
    assertThat(summary.faults()).isEqualTo(4);
    assertThat(summary.reasons()).as("of failed connections, seed " + seed).isEmpty();
    assertThat(summary.lost()).as("changes lost, seed " + seed).isZero();
    assertThat(summary.borne()).as(summary.toString()).isTrue();
    assertThat(summary.published()).isGreaterThan(200);
  }
}
