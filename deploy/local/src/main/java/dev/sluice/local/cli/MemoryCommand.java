package dev.sluice.local.cli;

import dev.sluice.local.bench.MemoryBench;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice-local bench memory}: what an applier holds of memory. */
@Command(
    name = "memory",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures the memory of an applier's process, started by deploy/bin/sluice on a node of its"
          + " own, with a real broker: after the first write of the whole cluster, after changes,"
          + " and after idling.",
    },
    footer = {
      "",
      "Example:",
      "  sluice-local bench memory --services 10000 --endpoints 20 --variants nft",
    })
final class MemoryCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--services",
      defaultValue = "10000",
      paramLabel = "N",
      description = "Size of the cluster, in Services (default: ${DEFAULT-VALUE}).")
  private int services;

  @Option(
      names = "--endpoints",
      defaultValue = "20",
      paramLabel = "N",
      description = "Endpoints of each Service (default: ${DEFAULT-VALUE}).")
  private int endpoints;

  @Option(
      names = "--changes",
      defaultValue = "200",
      paramLabel = "N",
      description = "Changes after the first write (default: ${DEFAULT-VALUE}).")
  private int changes;

  @Option(
      names = "--idle-seconds",
      defaultValue = "30",
      paramLabel = "N",
      description = {
        "How long nothing changes after that (default: ${DEFAULT-VALUE});",
        "every 30 seconds the applier reads the kernel back."
      })
  private int idleSeconds;

  @Mixin private VariantsOption variants = new VariantsOption();

  @Override
  public Integer call() {
    MemoryBench bench = bench();
    return BenchCall.run(spec, () -> bench.run(spec.commandLine().getOut()));
  }

  private MemoryBench bench() {
    if (changes < 0 || idleSeconds < 0) {
      throw new ParameterException(
          spec.commandLine(), "--changes and --idle-seconds are 0 or more");
    }
    return BenchCall.checked(
        spec,
        () ->
            new MemoryBench(
                variants.all(), services, endpoints, changes, Duration.ofSeconds(idleSeconds)));
  }
}
