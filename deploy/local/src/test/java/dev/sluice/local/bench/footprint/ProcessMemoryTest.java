package dev.sluice.local.bench.footprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.local.bench.BenchException;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
  @Test
  void theKernelsFiguresAreTaken() {
    String status =
        """
        Name:\tjava
        VmPeak:\t 3500000 kB
        VmHWM:\t  180044 kB
        VmRSS:\t  150012 kB
        RssAnon:\t  120008 kB
        RssFile:\t   30004 kB
        """;

    assertThat(ProcessMemory.parse(status)).isEqualTo(new ProcessMemory(150012, 180044, 120008));
  }

  @Test
  void thisProcessHoldsMemory() throws Exception {
    ProcessMemory own = ProcessMemory.of(ProcessHandle.current().pid());

    assertThat(own.anonymous()).isPositive().isLessThan(own.resident());
    assertThat(own.resident()).isLessThanOrEqualTo(own.peak());
  }

  @Test
  void aProcessThatHasEndedHasNone() {
    assertThatThrownBy(() -> ProcessMemory.parse("Name:\tjava\nState:\tZ (zombie)\n"))
        .isInstanceOf(BenchException.class);
  }
}
