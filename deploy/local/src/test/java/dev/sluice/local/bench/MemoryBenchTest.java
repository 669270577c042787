package dev.sluice.local.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.local.lab.KernelTest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@KernelTest
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class MemoryBenchTest {
  @Test
  void everyVariantGivesALineForEachTime() throws Exception {
    List<ProcessHandle> before = ProcessHandle.current().descendants().toList();
    StringWriter told = new StringWriter();

    new MemoryBench(List.of(Variant.values()), 3, 2, 2, Duration.ofSeconds(1))
        .run(new PrintWriter(told));

    for (String after : List.of("first write", "2 changes", "1 s idle")) {
      String line = "(nft|legacy) +3 +6  " + after + "( +\\d+\\.\\d){4}";
      assertThat(told.toString().lines().filter(one -> one.matches(line))).hasSize(2);
    }
    assertThat(ProcessHandle.current().descendants()).isSubsetOf(before);
  }
}
