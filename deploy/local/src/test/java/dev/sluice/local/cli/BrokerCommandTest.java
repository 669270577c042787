package dev.sluice.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class BrokerCommandTest {
  @TempDir Path data;

  @SuppressWarnings("NullAway.Init")
  private Process command;

  @SuppressWarnings("NullAway.Init")
  private ProcessHandle broker;

  @BeforeEach
  void startAndWaitForTheReadyLine() throws IOException {
    command =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SluiceLocal.class.getName(),
                "broker",
                "--data",
                data.toString(),
                "--port",
                "0")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out = command.inputReader(StandardCharsets.UTF_8);
    assertThat(out.readLine()).matches("broker ready: 127\\.0\\.0\\.1:\\d+");
    List<ProcessHandle> children = command.children().toList();
    assertThat(children).hasSize(1);
    broker = children.getFirst();
  }

  @AfterEach
  void leaveNothing() {
    command.destroyForcibly();
    broker.destroyForcibly();
  }

  @Test
  void aSignalEndsItInOrderWithinFiveSeconds() throws Exception {
    command.toHandle().destroy();

    assertThat(command.waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(command.exitValue()).isZero();
    assertThat(broker.isAlive()).isFalse();
  }

  @Test
  void theBrokerDoesNotOutliveAKilledParent() throws Exception {
    command.toHandle().destroyForcibly();

    assertThat(command.waitFor(5, TimeUnit.SECONDS)).isTrue();
    await().atMost(Duration.ofSeconds(15)).until(() -> !broker.isAlive());
  }

  @Test
  void aBrokerThatEndsByItselfIsAFailure() throws Exception {
    broker.destroyForcibly();

    assertThat(command.waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(command.exitValue()).isEqualTo(1);
  }
}
