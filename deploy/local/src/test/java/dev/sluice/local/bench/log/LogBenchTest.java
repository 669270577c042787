package dev.sluice.local.bench.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.local.bench.BenchCluster;
import dev.sluice.local.bench.log.LogBench.Part;
import dev.sluice.local.bench.log.fanout.FanOutEffort;
import dev.sluice.local.bench.log.path.PathEffort;
import dev.sluice.local.bench.log.start.StartEffort;
import dev.sluice.local.lab.KernelTest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LogBenchTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void aStartIsTakenApartAndThePageHasWhatTheTerminalHas(@TempDir Path folder) throws Exception {
    List<ProcessHandle> before = ProcessHandle.current().descendants().toList();
    StringWriter told = new StringWriter();
    List<String> progress = new ArrayList<>();
    List<Variant> nft = List.of(Variant.NFT);
    LogBench bench =
        new LogBench(
            Set.of(Part.START),
            new PathEffort(nft, 1, 1, List.of(1), SECOND),
            new StartEffort(nft, new BenchCluster(20, 3), 2),
            new FanOutEffort(List.of(1), List.of(1), SECOND));

    // fails where the kernel has not a rule for each endpoint after each start
    bench.run(Optional.of(folder), new PrintWriter(told), progress::add);

    String page = Files.readString(folder.resolve("log.md"));
    List<String> rows = page.lines().filter(line -> line.startsWith("| nft ")).toList();
    assertThat(rows).hasSize(2);
    assertRow(rows.getFirst(), "log", told.toString());
    assertRow(rows.getLast(), "checkpoint", told.toString());
    assertThat(page).contains("# The log, measured", "processors, Linux").doesNotContain("readers");
    assertThat(progress).hasSize(6).last().asString().contains("from the checkpoint, 2 of 2");
    assertThat(ProcessHandle.current().descendants()).isSubsetOf(before);
  }

  private static void assertRow(String row, String origin, String told) {
    List<String> cells = Arrays.stream(row.split("\\|", -1)).map(String::strip).toList();
    assertThat(cells).startsWith("", "nft", "20", "60", origin, "2");
    double[] seconds =
        cells.stream()
            .filter(cell -> cell.endsWith(" s"))
            .mapToDouble(cell -> Double.parseDouble(cell.replace(" s", "")))
            .toArray();
    assertThat(seconds).hasSize(6).doesNotContain(Double.NaN);
    assertThat(seconds[0]).as("whole").isPositive().isLessThanOrEqualTo(seconds[5]);
    assertThat(Arrays.stream(seconds, 1, 5).min().orElseThrow()).isNotNegative();
    assertThat(Arrays.stream(seconds, 1, 5).sum())
        .as("the parts; each has a median of its own")
        .isCloseTo(seconds[0], Offset.offset(seconds[5]));
    assertThat(told).contains(cells.get(6));
  }
}
