package dev.sluice.local.cli;

import dev.sluice.local.bench.LatencyBench;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice-local bench latency}: how long a change takes into the kernel. */
@Command(
    name = "latency",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures how long one EndpointSlice change takes from the broker's acknowledgement until"
          + " packets go the new way, with a real broker, a real applier process and real packets.",
      "Between the changes, the restore tool alone writes the same chain: what it takes on this"
          + " machine at this time.",
    },
    footer = {
      "",
      "Exit code 1 if a change is not seen within ten seconds.",
      "",
      "Example:",
      "  sluice-local bench latency --services 100,1000 --variants nft --changes 200",
    })
final class LatencyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--services",
      split = ",",
      defaultValue = "100,1000",
      paramLabel = "N",
      description = "Sizes of the cluster, in Services (default: ${DEFAULT-VALUE}).")
  private List<Integer> services = List.of();

  @Option(
      names = "--endpoints",
      defaultValue = "10",
      paramLabel = "N",
      description = "Endpoints of each Service (default: ${DEFAULT-VALUE}).")
  private int endpoints;

  @Option(
      names = "--changes",
      defaultValue = "50",
      paramLabel = "N",
      description = "Changes that are measured (default: ${DEFAULT-VALUE}).")
  private int changes;

  @Mixin private VariantsOption variants = new VariantsOption();

  @Override
  public Integer call() {
    LatencyBench bench = bench();
    return BenchCall.run(spec, () -> bench.run(spec.commandLine().getOut()));
  }

  private LatencyBench bench() {
    if (changes < 1) {
      throw new ParameterException(spec.commandLine(), "--changes is 1 or more");
    }
    return BenchCall.checked(
        spec, () -> new LatencyBench(variants.all(), services, endpoints, changes));
  }
}
