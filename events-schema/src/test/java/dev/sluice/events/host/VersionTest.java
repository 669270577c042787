package dev.sluice.events.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class VersionTest {
  @Command(name = "program", mixinStandardHelpOptions = true, versionProvider = Version.class)
  private static final class Program implements Runnable {
    @Override
    public void run() {
      throw new IllegalStateException("not asked to run");
    }
  }

  @Test
  void theVersionIsTheBuilds() {
    StringWriter out = new StringWriter();

    int exitCode = new CommandLine(new Program()).setOut(new PrintWriter(out)).execute("--version");

    assertThat(exitCode).isZero();
    assertThat(out.toString().strip()).matches("program \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
  }
}
