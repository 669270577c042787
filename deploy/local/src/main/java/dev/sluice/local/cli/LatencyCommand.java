package dev.sluice.local.cli;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.local.bench.BenchException;
import dev.sluice.local.bench.LatencyBench;
import dev.sluice.local.broker.BrokerStartException;
import dev.sluice.local.lab.LabException;
import dev.sluice.local.run.ProgramException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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
  private static final Duration END_LIMIT = Duration.ofSeconds(20);
  private static final int INTERRUPTED = 130;

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

  @Option(
      names = "--variants",
      split = ",",
      defaultValue = "nft,legacy",
      paramLabel = "VARIANT",
      description = "Variants of iptables (default: ${DEFAULT-VALUE}).")
  private List<Variant> variants = List.of();

  @Override
  public Integer call() {
    LatencyBench bench = bench();
    Interruption interruption = new Interruption(Thread.currentThread(), END_LIMIT);
    try (Termination _ = Termination.bySignal(() -> endBySignal(interruption))) {
      interruption.guard(() -> bench.run(spec.commandLine().getOut()));
      return CommandLine.ExitCode.OK;
    } catch (BenchException | LabException | ProgramException | BrokerStartException e) {
      return failure(String.valueOf(e.getMessage()));
    } catch (IOException | InterruptedException e) {
      return failure(e.toString());
    }
  }

  private LatencyBench bench() {
    if (changes < 1) {
      throw new ParameterException(spec.commandLine(), "--changes is 1 or more");
    }
    try {
      return new LatencyBench(variants, services, endpoints, changes);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private int endBySignal(Interruption interruption) {
    return interruption.interruptAndWait() ? INTERRUPTED : CommandLine.ExitCode.SOFTWARE;
  }

  private int failure(String reason) {
    spec.commandLine().getErr().println("bench latency: failed: " + reason);
    spec.commandLine().getErr().flush();
    return CommandLine.ExitCode.SOFTWARE;
  }
}
