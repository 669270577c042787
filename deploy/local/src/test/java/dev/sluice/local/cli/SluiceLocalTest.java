package dev.sluice.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SluiceLocalTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                    | Missing required subcommand",
        "brokr                                 | brokr",
        "broker                                | --data",
        "broker --data /tmp/x --port many      | many",
        "broker --data /tmp/x --port 65536     | 65536",
        "broker --data /tmp/x --listen 0.0.0.0 | --advertise",
        "broker --data /tmp/x --colour red     | --colour",
        "bench modes --services 0              | 1 to 60000",
        "bench modes --rounds 0                | rounds",
        "bench ipvs --services 3               | 4 to 20000",
        "bench ipvs --loads none               | none",
        "bench log --pollers 0                 | pollers",
        "bench log --rates 0                   | changes a second",
        "bench log --endpoints 31              | 1 to 30",
        "bench log --starts 0                  | starts",
        "bench log --parts all                 | all",
        "faults --parts all                    | all",
        "faults --modes nftables               | nftables",
        "faults --rounds 0                     | no round",
      })
  void wrongUseIsOneLineAndExitCodeTwo(String commandLine, String reason) {
    int exit = execute(commandLine.isEmpty() ? new String[0] : commandLine.split(" ", -1));

    assertThat(exit).isEqualTo(2);
    assertThat(err.toString().lines()).singleElement().asString().contains(reason, "--help");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void helpEndsWithAnExample() {
    assertThat(execute("broker", "--help")).isZero();

    assertThat(out.toString()).contains("Example:\n  sluice-local broker --data");
  }

  private int execute(String... args) {
    CommandLine commandLine = SluiceLocal.commandLine();
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return commandLine.execute(args);
  }
}
