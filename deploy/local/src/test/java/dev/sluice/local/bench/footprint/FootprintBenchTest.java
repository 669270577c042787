package dev.sluice.local.bench.footprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.local.SluiceHome;
import dev.sluice.local.bench.BenchCluster;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.run.NodeMode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@KernelTest
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FootprintBenchTest {
  /** A tool that runs for less than what lies between two looks may go unseen. */
  private static final String TOOLS = "(\\d+\\.\\d|-)";

  @Test
  void everyModeGivesALineForEachTimeAndSoDoesTheWatcher() throws Exception {
    List<ProcessHandle> before = ProcessHandle.current().descendants().toList();
    StringWriter told = new StringWriter();
    FootprintEffort effort =
        new FootprintEffort(
            List.of(NodeMode.IPTABLES_NFT), new BenchCluster(3, 2), 2, Duration.ofSeconds(1), 0);

    new FootprintBench(effort).run(Optional.empty(), new PrintWriter(told), _ -> {});

    List<String> lines = told.toString().lines().toList();
    for (String after : List.of("first write", "2 changes", "1 s idle")) {
      String line = "applier, iptables-nft +3 +6 " + after + "( +\\d+\\.\\d){3} +" + TOOLS;
      assertThat(lines.stream().filter(one -> one.matches(line))).hasSize(1);
    }
    assertThat(lines)
        .anyMatch(
            line -> line.matches("applier, iptables-nft +1 +1 1 s idle( +\\d+\\.\\d){3} +" + TOOLS))
        .anyMatch(line -> line.matches("watcher +3 +6 published( +\\d+\\.\\d){3} +-"))
        .anyMatch(line -> line.matches("watcher +3 +6 1 s idle( +\\d+\\.\\d){3} +-"));
    assertThat(ProcessHandle.current().descendants()).isSubsetOf(before);
  }

  @Test
  void anApplierStartsWhateverItsCacheIsLikeAndTellsWhetherItIsUsed() throws Exception {
    Path cache = SluiceHome.find().resolve("node-applier/target/app/sluice.aot");
    assumeThat(cache).as("made by mvn package").exists();
    List<StartsResult> results = new ArrayList<>();

    // fails if one of them does not get ready, or does not tell
    new StartsRun(NodeMode.IPTABLES_NFT, 1).run(results::add);

    assertThat(results.stream().map(StartsResult::cache)).containsExactly(CacheState.values());
  }
}
