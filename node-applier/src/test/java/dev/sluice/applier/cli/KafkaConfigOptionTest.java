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

    List<String> reading =
        commands.entrySet().stream()
            .filter(one -> takes(one.getValue(), "--bootstrap-servers"))
            .map(Map.Entry::getKey)
            .toList();

    assertThat(reading)
        .contains("apply", "plan", "explain", "nodes", "history", "state", "diff", "replay")
        .allMatch(
            name -> commands.get(name) instanceof CommandLine c && takes(c, "--kafka-config"));
  }

  private static boolean takes(CommandLine command, String option) {
    return command.getCommandSpec().findOption(option) != null;
  }
}
