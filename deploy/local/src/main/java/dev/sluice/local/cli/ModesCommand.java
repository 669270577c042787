package dev.sluice.local.cli;

import dev.sluice.local.bench.modes.ModesBench;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice-local bench modes}: what a connection takes in each mode. */
@Command(
    name = "modes",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures what short connections to one Service take by the number of Services: through our"
          + " iptables rules, through our IPVS, and through iptables rules in kube-proxy's linear"
          + " layout, all in one kernel, in turn.",
      "The kernel must have IPVS. iptables is the legacy one; no kube-proxy runs.",
    },
    footer = {
      "",
      "Exit code 1 if a tool or the kernel refuses something, or a Service does not answer.",
      "",
      "Example:",
      "  sluice-local bench modes --services 100,1000 --output /tmp/bench",
    })
final class ModesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--services",
      split = ",",
      defaultValue = "100,500,1000,2000,3000,4000",
      paramLabel = "N",
      description = "Sizes of the cluster, in Services (default: ${DEFAULT-VALUE}).")
  private List<Integer> services = List.of();

  @Option(
      names = "--endpoints",
      defaultValue = "20",
      paramLabel = "N",
      description = "Endpoints of each Service (default: ${DEFAULT-VALUE}).")
  private int endpoints;

  @Option(
      names = "--connects",
      defaultValue = "500",
      paramLabel = "N",
      description = "Connects to each address (default: ${DEFAULT-VALUE}).")
  private int connects;

  @Option(
      names = "--requests",
      defaultValue = "10000",
      paramLabel = "N",
      description = "Requests of ab in each round (default: ${DEFAULT-VALUE}).")
  private int requests;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      paramLabel = "N",
      description = "Rounds of ab (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Mixin private OutputOption output = new OutputOption();

  @Override
  public Integer call() {
    ModesBench bench = bench();
    return BenchCall.run(spec, () -> bench.run(output.folder(), spec.commandLine().getOut()));
  }

  private ModesBench bench() {
    return BenchCall.checked(
        spec, () -> new ModesBench(services, endpoints, connects, requests, rounds));
  }
}
