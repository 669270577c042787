package dev.sluice.local.bench.log.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class FanOutRunTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void everyPollerReceivesEveryRecord() throws Exception {
    List<ProcessHandle> before = ProcessHandle.current().descendants().toList();
    List<FanOutResult> results = new ArrayList<>();
    FanOutEffort effort = new FanOutEffort(List.of(1, 30), List.of(50), SECOND);

    new FanOutRun(effort, _ -> {}).run(results::add);

    assertThat(results).extracting(FanOutResult::pollers).containsExactly(1, 30);
    for (FanOutResult result : results) {
      assertThat(result.changes()).isEqualTo(50);
      assertThat(result.transactions()).isBetween(1, 50);
      // those to warm up are as many again, and each transaction has a head
      assertThat(result.records()).isBetween(2 * 50L + result.transactions() + 1, 4 * 50L);
      assertThat(result.each().number()).isEqualTo(50 * result.pollers());
      assertThat(result.last().number()).isEqualTo(50);
      assertThat(result.each().percentile(50)).isPositive();
      assertThat(result.last().percentile(50)).isGreaterThanOrEqualTo(result.each().percentile(50));
      assertThat(result.last().percentile(100)).isEqualTo(result.each().percentile(100));
      assertThat(result.load().brokerCores()).isBetween(0.001, 100.0);
      assertThat(result.load().pollersCores()).isBetween(0.0001, 1.5);
      // one answer for each of its fetches that brought something, and each has some bytes
      assertThat(result.load().answers()).isPositive();
      assertThat(result.load().megabytes()).isPositive();
    }
    assertThat(results.getLast().load().megabytes())
        .as("what 30 receive beside what one receives")
        .isGreaterThan(5 * results.getFirst().load().megabytes());
    assertThat(ProcessHandle.current().descendants()).isSubsetOf(before);
  }
}
