package dev.sluice.local.cli;

import dev.sluice.local.bench.drift.DriftBench;
import dev.sluice.local.bench.drift.DriftMode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice-local bench drift}: what reading a kernel back takes. */
@Command(
    name = "drift",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures drift checks by mode and size: what they cost the thread that writes changes, and"
          + " the one that reads beside it.",
    },
    footer = {
      "",
      "Exit code 1 if a check comes to something else than was done to the kernel.",
      "",
      "Example:",
      "  sluice-local bench drift --modes LEGACY,NFT --services 100,1000",
    })
final class DriftCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--modes",
      split = ",",
      defaultValue = "LEGACY,NFT,IPVS",
      paramLabel = "MODE",
      description = "LEGACY, NFT and IPVS, which needs a kernel that has it (default: all).")
  private List<DriftMode> modes = List.of();

  @Option(
      names = "--services",
      split = ",",
      defaultValue = "1000,10000",
      paramLabel = "N",
      description =
          "Sizes of the cluster, in Services of 20 endpoints (default: ${DEFAULT-VALUE}).")
  private List<Integer> services = List.of();

  @Option(
      names = "--checks",
      defaultValue = "5",
      paramLabel = "N",
      description = "Checks of each, as many without and with drift (default: ${DEFAULT-VALUE}).")
  private int checks;

  @Mixin private OutputOption output = new OutputOption();

  @Override
  public Integer call() {
    DriftBench bench = BenchCall.checked(spec, () -> new DriftBench(modes, services, checks));
    return BenchCall.run(spec, () -> bench.run(output.folder(), spec.commandLine().getOut()));
  }
}
