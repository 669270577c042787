package dev.sluice.local.cli;

import dev.sluice.local.bench.ipvs.IpvsBench;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice-local bench ipvs}: IPVS mode beside ipvsadm. */
@Command(
    name = "ipvs",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures IPVS mode: loading all into an empty kernel, beside ipvsadm with the same virtual"
          + " servers, and one endpoint replaced, from the log's record to the kernel's"
          + " acknowledgement.",
      "The kernel must have IPVS. The log is not: records are made here.",
    },
    footer = {
      "",
      "Exit code 1 if the kernel refuses something, or has no IPVS.",
      "",
      "Example:",
      "  sluice-local bench ipvs --services 100,1000 --output /tmp/bench",
    })
final class IpvsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--services",
      split = ",",
      defaultValue = "1000,10000",
      paramLabel = "N",
      description =
          "Sizes of the cluster, in Services of 20 endpoints (default: ${DEFAULT-VALUE}).")
  private List<Integer> services = List.of();

  @Option(
      names = "--loads",
      defaultValue = "5",
      paramLabel = "N",
      description =
          "Loads that are measured, ipvsadm's until 60 s are over (default: ${DEFAULT-VALUE}).")
  private int loads;

  @Option(
      names = "--changes",
      defaultValue = "500",
      paramLabel = "N",
      description = "Changes that are measured, 20 at most of ipvsadm (default: ${DEFAULT-VALUE}).")
  private int changes;

  @Option(
      names = "--load-limit",
      defaultValue = "900",
      paramLabel = "SECONDS",
      description =
          "After which ipvsadm is given up, and the bench fails (default: ${DEFAULT-VALUE}).")
  private int loadLimit;

  @Mixin private OutputOption output = new OutputOption();

  @Override
  public Integer call() {
    IpvsBench bench = bench();
    return BenchCall.run(spec, () -> bench.run(output.folder(), spec.commandLine().getOut()));
  }

  private IpvsBench bench() {
    return BenchCall.checked(
        spec, () -> new IpvsBench(services, loads, changes, Duration.ofSeconds(loadLimit)));
  }
}
