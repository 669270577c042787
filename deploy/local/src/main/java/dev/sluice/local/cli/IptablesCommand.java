package dev.sluice.local.cli;

import dev.sluice.events.model.IpFamily;
import dev.sluice.local.bench.iptables.IptablesBench;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice-local bench iptables}: Sluice's layout of rules beside kube-proxy's. */
@Command(
    name = "iptables",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures Sluice's layout of iptables rules beside kube-proxy's: loading all, changing one"
          + " endpoint, and what a connection through the rules takes.",
      "The rules of both are made here, for the same Services; no kube-proxy runs.",
    },
    footer = {
      "",
      "Exit code 1 if a tool refuses its rules, or a Service does not answer.",
      "",
      "Example:",
      "  sluice-local bench iptables --services 100,1000 --variants legacy --output /tmp/bench",
    })
final class IptablesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--services",
      split = ",",
      defaultValue = "100,1000,5000,10000",
      paramLabel = "N",
      description = "Sizes of the cluster, in Services (default: ${DEFAULT-VALUE}).")
  private List<Integer> services = List.of();

  @Option(
      names = "--endpoints",
      defaultValue = "20",
      paramLabel = "N",
      description = "Endpoints of each Service (default: ${DEFAULT-VALUE}).")
  private int endpoints;

  @Mixin private VariantsOption variants = new VariantsOption();

  @Option(
      names = "--families",
      split = ",",
      defaultValue = "ipv4",
      paramLabel = "FAMILY",
      description = "Address families, ipv4 and ipv6 (default: ${DEFAULT-VALUE}).")
  private List<IpFamily> families = List.of();

  @Option(
      names = "--changes",
      defaultValue = "20",
      paramLabel = "N",
      description =
          "Changes that are measured, fewer where 45 s are over (default: ${DEFAULT-VALUE}).")
  private int changes;

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
      description = "Requests of ab in each of its three rounds (default: ${DEFAULT-VALUE}).")
  private int requests;

  @Option(
      names = "--load-limit",
      defaultValue = "60",
      paramLabel = "SECONDS",
      description =
          "After which loading is given up, and bigger sizes are not tried (default:"
              + " ${DEFAULT-VALUE}).")
  private int loadLimit;

  @Mixin private OutputOption output = new OutputOption();

  @Override
  public Integer call() {
    IptablesBench bench = bench();
    return BenchCall.run(spec, () -> bench.run(output.folder(), spec.commandLine().getOut()));
  }

  private IptablesBench bench() {
    return BenchCall.checked(
        spec,
        () ->
            new IptablesBench(
                variants.all(),
                families,
                services,
                endpoints,
                changes,
                connects,
                requests,
                Duration.ofSeconds(loadLimit)));
  }
}
