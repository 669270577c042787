package dev.sluice.local.cli;

import dev.sluice.local.bench.BenchCluster;
import dev.sluice.local.bench.footprint.FootprintBench;
import dev.sluice.local.bench.footprint.FootprintEffort;
import dev.sluice.local.run.NodeMode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice-local bench footprint}: what the programs take of a machine. */
@Command(
    name = "footprint",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures what the programs, started by deploy/bin, take of a machine, with a real broker:",
      "  - an applier's memory: idle with one Service; and with a whole cluster, after the first"
          + " write, after a burst of changes, and idle again",
      "  - a watcher's memory, with the same cluster",
      "  - from an applier's start until it is ready, with its AOT cache, without, and with a stale"
          + " one",
      "Says on standard error what it is doing.",
    },
    footer = {
      "",
      "Examples:",
      "  sluice-local bench footprint --output /tmp/bench",
      "  sluice-local bench footprint --modes iptables-nft --services 1000 --starts 0",
    })
final class FootprintCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--modes",
      split = ",",
      defaultValue = "iptables-legacy,iptables-nft,ipvs",
      paramLabel = "MODE",
      description =
          "How nodes forward (default: ${DEFAULT-VALUE}); what this kernel lacks is left out.")
  private List<NodeMode> modes = List.of();

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
      defaultValue = "5000",
      paramLabel = "N",
      description = {
        "Changes of an EndpointSlice after the first write, as fast as they can be published",
        "(default: ${DEFAULT-VALUE})."
      })
  private int changes;

  @Option(
      names = "--idle-seconds",
      defaultValue = "70",
      paramLabel = "N",
      description = {
        "How long nothing changes after that (default: ${DEFAULT-VALUE});",
        "every 30 seconds the applier reads the kernel back."
      })
  private int idleSeconds;

  @Option(
      names = "--starts",
      defaultValue = "7",
      paramLabel = "N",
      description = {
        "How often an applier is started with each state of its AOT cache, in the first of the",
        "modes (default: ${DEFAULT-VALUE}); 0: not at all."
      })
  private int starts;

  @Mixin private OutputOption output = new OutputOption();

  @Override
  public Integer call() {
    FootprintBench bench = BenchCall.checked(spec, this::bench);
    return BenchCall.run(
        spec, () -> bench.run(output.folder(), spec.commandLine().getOut(), this::progress));
  }

  private void progress(String what) {
    spec.commandLine().getErr().println("bench footprint: " + what);
    spec.commandLine().getErr().flush();
  }

  private FootprintBench bench() {
    return new FootprintBench(
        new FootprintEffort(
            modes,
            new BenchCluster(services, endpoints),
            changes,
            Duration.ofSeconds(idleSeconds),
            starts));
  }
}
