package dev.sluice.local.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.local.lab.KernelTest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@KernelTest
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LatencyBenchTest {
  @Test
  void everyVariantAndSizeGivesALine() throws Exception {
    List<ProcessHandle> before = ProcessHandle.current().descendants().toList();
    StringWriter told = new StringWriter();

    new LatencyBench(List.of(Variant.values()), List.of(3), 2, 2).run(new PrintWriter(told));

    assertThat(told.toString().lines().filter(line -> line.matches("(nft|legacy) +3 +6 .*")))
        .hasSize(2);
    assertThat(ProcessHandle.current().descendants()).isSubsetOf(before);
  }
}
