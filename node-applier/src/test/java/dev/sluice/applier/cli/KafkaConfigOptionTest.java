package dev.sluice.applier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class KafkaConfigOptionTest {
  @Test
  void everyCommandThatReadsTheLogTakesWhatProvesWhoWeAre() {
    Map<String, CommandLine> commands = Sluice.commandLine().getSubcommands();

    List<CommandLine> reading =
        commands.values().stream().filter(one -> takes(one, "--bootstrap-servers")).toList();

    assertThat(reading)
        .extracting(CommandLine::getCommandName)
        .contains("apply", "plan", "explain", "nodes", "history", "state", "diff", "replay");
    assertThat(reading).allMatch(one -> takes(one, "--kafka-config"));
  }

  private static boolean takes(CommandLine command, String option) {
    return command.getCommandSpec().findOption(option) != null;
  }
}
