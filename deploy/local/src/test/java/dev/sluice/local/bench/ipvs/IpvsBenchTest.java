package dev.sluice.local.bench.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.lab.IpvsTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@IpvsTest
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class IpvsBenchTest {
  @Test
  void bothLoadTheSameAndChangesReachTheKernel(@TempDir Path folder) throws IOException {
    StringWriter told = new StringWriter();
    IpvsBench bench = new IpvsBench(List.of(20, 10), 1, 30, Duration.ofMinutes(1));

    bench.run(Optional.of(folder), new PrintWriter(told));

    assertThat(told.toString().lines().filter(line -> line.matches(" +[12]0 +.* s .* ms +\\d+")))
        .hasSize(2);
    assertThat(Files.readString(folder.resolve("ipvs.md")).lines())
        .filteredOn(line -> line.startsWith("| 10 |") || line.startsWith("| 20 |"))
        .extracting(line -> line.substring(0, 6))
        .containsExactly("| 10 |", "| 20 |");
    assertThat(folder.resolve("ipvs-full-load.png")).isNotEmptyFile();
    assertThat(folder.resolve("ipvs-one-change.svg")).isNotEmptyFile();
  }
}
