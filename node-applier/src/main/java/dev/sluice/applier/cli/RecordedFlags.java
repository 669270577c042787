package dev.sluice.applier.cli;

import dev.sluice.events.host.Launch;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * Flags that come from elsewhere than a command line, such as a node's settings on the nodes topic.
 * They are parsed by what parses command lines, so that both mean the same.
 */
@Command(name = "settings")
final class RecordedFlags {
  @Mixin NodeFlags flags = new NodeFlags();

  @Option(names = "--family")
  private Optional<IpFamily> family = Optional.empty();

  private RecordedFlags() {}

  /**
   * Parses options, some of which may be given anew.
   *
   * @param options long options and their values
   * @throws IOException if this version does not know one of them, or not that value of it
   */
  static RecordedFlags of(Map<String, String> options) throws IOException {
    RecordedFlags recorded = new RecordedFlags();
    CommandLine line = recorded.commandLine();
    List<String> arguments = new ArrayList<>();
    for (Map.Entry<String, String> option : options.entrySet()) {
      OptionSpec known = line.getCommandSpec().findOption(option.getKey());
      if (known == null) {
        throw new IOException("this version does not know the option " + option.getKey());
      }
      if (known.arity().max() > 0) {
        arguments.add(option.getKey() + "=" + option.getValue());
      } else if (Boolean.parseBoolean(option.getValue())) {
        arguments.add(option.getKey());
      }
    }
    try {
      line.parseArgs(arguments.toArray(String[]::new));
      recorded.flags.check(line);
    } catch (ParameterException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
    return recorded;
  }

  /** For what is found to be wrong with them later. */
  CommandLine commandLine() {
    return Launch.prepared(new CommandLine(this));
  }

  /** The families of the node. */
  List<IpFamily> families() {
    return NodeFlags.families(family);
  }

  /** Those of the options of a command line that were given and can be recorded. */
  static Map<String, String> given(CommandLine line) {
    CommandLine known = new RecordedFlags().commandLine();
    Map<String, String> given = new TreeMap<>();
    for (OptionSpec option : line.getParseResult().matchedOptions()) {
      String name = option.longestName();
      if (known.getCommandSpec().findOption(name) != null && !name.equals("--family")) {
        given.put(
            name,
            option.arity().max() > 0
                ? String.join(",", option.originalStringValues())
                : String.valueOf(option.<Object>getValue()));
      }
    }
    return given;
  }
}
