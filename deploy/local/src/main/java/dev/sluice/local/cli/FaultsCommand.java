package dev.sluice.local.cli;

import dev.sluice.local.faults.FaultSuite;
import dev.sluice.local.faults.FaultSuite.Part;
import dev.sluice.local.run.NodeMode;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice-local faults}: what an applier makes of faults. */
@Command(
    name = "faults",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes faults on a node of its own, with real brokers, while changes are published and"
          + " connections go through the node: kills the applier, kills and stops brokers, cuts the"
          + " network to them, gives the applier more than it can write. After each fault the kernel"
          + " is compared with the log. Prints a table. Needs root; ipvs needs a kernel that has it.",
    },
    footer = {
      "",
      "Exit code 1 if a change was lost or a connection failed.",
      "",
      "Example:",
      "  sluice-local faults --parts crash --modes iptables-nft --rounds 20 --seed 7",
    })
final class FaultsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--parts",
      split = ",",
      defaultValue = "crash,broker,overload",
      paramLabel = "PART",
      description = "What to do (default: ${DEFAULT-VALUE}).")
  private Set<Part> parts = Set.of();

  @Option(
      names = "--modes",
      split = ",",
      defaultValue = "iptables-legacy,iptables-nft",
      paramLabel = "MODE",
      description = "iptables-legacy, iptables-nft, ipvs (default: ${DEFAULT-VALUE}).")
  private List<NodeMode> modes = List.of();

  @Option(
      names = "--rounds",
      defaultValue = "200",
      paramLabel = "N",
      description = "How often the applier is killed in each mode (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of all that is random; it is printed (default: another one each time).")
  private OptionalLong seed = OptionalLong.empty();

  @Option(
      names = "--outage-seconds",
      defaultValue = "60",
      paramLabel = "N",
      description = "How long each fault of the brokers lasts (default: ${DEFAULT-VALUE}).")
  private int outageSeconds;

  @Option(
      names = "--flood-seconds",
      defaultValue = "60",
      paramLabel = "N",
      description = "How long 5,000 changes a second come (default: ${DEFAULT-VALUE}).")
  private int floodSeconds;

  @Override
  public Integer call() {
    FaultSuite suite =
        BenchCall.checked(
            spec,
            () ->
                new FaultSuite(
                    parts,
                    modes,
                    rounds,
                    seed.orElseGet(() -> new Random().nextInt(1_000_000)),
                    Duration.ofSeconds(outageSeconds),
                    Duration.ofSeconds(floodSeconds)));
    AtomicBoolean borne = new AtomicBoolean();
    int code = BenchCall.run(spec, () -> borne.set(suite.run(spec.commandLine().getOut())));
    return code != 0 || borne.get() ? code : 1;
  }
}
