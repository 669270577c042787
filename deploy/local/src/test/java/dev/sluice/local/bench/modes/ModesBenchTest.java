package dev.sluice.local.bench.modes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.lab.IpvsTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@IpvsTest
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ModesBenchTest {
  @Test
  void connectionsGetThroughInEveryMode(@TempDir Path folder) throws IOException {
    StringWriter told = new StringWriter();

    new ModesBench(List.of(20), 3, 5, 20, 1).run(Optional.of(folder), new PrintWriter(told));

    assertThat(
            told.toString()
                .lines()
                .filter(line -> line.matches(".* 20 +\\S+ +[0-9]+/[0-9]+ +0 +[0-9]+ +0")))
        .hasSize(Mode.values().length);
    assertThat(Files.readString(folder.resolve("modes.md")))
        .contains("Linux", "| sluice ipvs | 20 |", "| linear iptables | 20 |", "modes-connect.svg");
    assertThat(folder.resolve("modes-connect.png")).isNotEmptyFile();
    assertThat(folder.resolve("modes-ab.svg")).isNotEmptyFile();
  }
}
