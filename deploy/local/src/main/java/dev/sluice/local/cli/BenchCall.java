package dev.sluice.local.cli;

import dev.sluice.local.bench.BenchException;
import dev.sluice.local.broker.BrokerStartException;
import dev.sluice.local.faults.FaultException;
import dev.sluice.local.lab.LabException;
import dev.sluice.local.run.ProgramException;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A measurement on the command line: ended by a signal it cleans up, and a failure is one line. */
final class BenchCall {
  private static final Duration END_LIMIT = Duration.ofSeconds(20);
  private static final int INTERRUPTED = 130;

  private BenchCall() {}

  /**
   * What the options ask for.
   *
   * @throws ParameterException if there can't be such a thing, as it says by an
   *     IllegalArgumentException
   */
  static <T> T checked(CommandSpec spec, Supplier<T> asked) {
    try {
      return asked.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Measures on the calling thread; gives the exit code. */
  static int run(CommandSpec spec, Interruption.Work work) {
    Interruption interruption = new Interruption(Thread.currentThread(), END_LIMIT);
    try (Termination _ = Termination.bySignal(() -> endBySignal(interruption))) {
      interruption.guard(work);
      return CommandLine.ExitCode.OK;
    } catch (BenchException
        | FaultException
        | LabException
        | ProgramException
        | BrokerStartException e) {
      return failure(spec, String.valueOf(e.getMessage()));
    } catch (IOException | InterruptedException e) {
      return failure(spec, e.toString());
    }
  }

  private static int endBySignal(Interruption interruption) {
    return interruption.interruptAndWait() ? INTERRUPTED : CommandLine.ExitCode.SOFTWARE;
  }

  private static int failure(CommandSpec spec, String reason) {
    spec.commandLine().getErr().println(spec.qualifiedName() + ": failed: " + reason);
    spec.commandLine().getErr().flush();
    return CommandLine.ExitCode.SOFTWARE;
  }
}
