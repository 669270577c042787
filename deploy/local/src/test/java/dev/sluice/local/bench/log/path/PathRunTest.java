package dev.sluice.local.bench.log.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.local.bench.Durations;
import dev.sluice.local.lab.KernelTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@KernelTest
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PathRunTest {
  @Test
  void everyChangeComesOverTheLogIntoTheKernel() throws Exception {
    List<ProcessHandle> before = ProcessHandle.current().descendants().toList();
    List<PathResult> results = new ArrayList<>();
    PathEffort effort =
        new PathEffort(List.of(Variant.LEGACY), 10, 3, List.of(60), Duration.ofSeconds(1));

    // fails where one is missing or twice on the log, or the kernel has other endpoints in the end
    new PathRun(effort, _ -> {}).run(results::add);

    assertThat(results)
        .singleElement()
        .satisfies(
            result -> {
              assertThat(result.changes()).isEqualTo(60);
              assertThat(result.transactions()).isBetween(1, 60);
              assertThat(result.writes()).isBetween(1, 60);
              assertThat(result.sent()).isBetween(1.0, 61.0);
              for (Durations part : List.of(result.whole(), result.toLog(), result.toKernel())) {
                assertThat(part.number()).isEqualTo(60);
                assertThat(part.percentile(50)).isPositive();
              }
              assertThat(result.whole().percentile(100))
                  .as("parts make up the whole")
                  .isGreaterThanOrEqualTo(result.toLog().percentile(0))
                  .isLessThanOrEqualTo(
                      result.toLog().percentile(100) + result.toKernel().percentile(100));
            });
    assertThat(ProcessHandle.current().descendants()).isSubsetOf(before);
  }
}
