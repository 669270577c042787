package dev.sluice.local.cli;

import dev.sluice.local.bench.change.ChangeBench;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice-local bench change}: what an applier computes for a change. */
@Command(
    name = "change",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures with JMH what an applier computes for one change: decoding the record, the image,"
          + " forwarding, rules, difference, and the restore tool's script.",
      "Prints the time and the allocated bytes of one change. Starts no tool and needs no broker.",
    },
    footer = {"", "Example:", "  sluice-local bench change --services 100,1000"})
final class ChangeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--services",
      split = ",",
      defaultValue = "100,1000,10000",
      paramLabel = "N",
      description = "Sizes of the cluster, in Services (default: ${DEFAULT-VALUE}).")
  private List<Integer> services = List.of();

  @Option(
      names = "--forks",
      defaultValue = "1",
      paramLabel = "N",
      description = "JVMs for each line, one after the other (default: ${DEFAULT-VALUE}).")
  private int forks;

  @Option(
      names = "--iteration-millis",
      defaultValue = "1000",
      paramLabel = "N",
      description =
          "How long each of five iterations takes, two to warm up (default: ${DEFAULT-VALUE}).")
  private long iterationMillis;

  @Override
  public Integer call() {
    ChangeBench bench = bench();
    return BenchCall.run(spec, () -> bench.run(spec.commandLine().getOut()));
  }

  private ChangeBench bench() {
    return BenchCall.checked(spec, () -> new ChangeBench(services, forks, iterationMillis));
  }
}
