package dev.sluice.applier.iptables;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OrphanedToolsTest {
  private static final Path PROCESSES = Path.of("/proc");

  @Test
  void aToolNamesWhoRunsIt() throws Exception {
    Command.Result result =
        new Command(List.of(), Duration.ofMinutes(1)).run("", "sh", "-c", "cat /proc/$$/environ");

    assertThat(OrphanedTools.runBy(result.output().getBytes(UTF_8)))
        .hasValue(ProcessHandle.current().pid());
    assertThat(OrphanedTools.runBy("OTHER_SLUICE_TOOL_OF=7\0".getBytes(UTF_8))).isEmpty();
    assertThat(OrphanedTools.runBy("A=1\0SLUICE_TOOL_OF=7\0B=2\0".getBytes(UTF_8)))
        .isEqualTo(OptionalLong.of(7));
  }

  @Test
  void onlyThoseAreEndedThatNobodyRunsAnyMore() throws Exception {
    // this JVM's process has no number so high, nor has any other
    Process orphan = marked("999999999");
    Process ours = marked(Long.toString(ProcessHandle.current().pid()));
    Process unmarked = new ProcessBuilder("sleep", "60").start();
    try {
      assertThat(OrphanedTools.end(PROCESSES)).isPositive();

      assertThat(orphan.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(ours.isAlive()).isTrue();
      assertThat(unmarked.isAlive()).isTrue();
    } finally {
      orphan.destroyForcibly();
      ours.destroyForcibly();
      unmarked.destroyForcibly();
    }
  }

  private static Process marked(String pid) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("sleep", "60");
    builder.environment().put(OrphanedTools.MARK, pid);
    return builder.start();
  }
}
