package dev.sluice.local.cli;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.local.broker.BrokerStartException;
import dev.sluice.local.demo.Demo;
import dev.sluice.local.demo.DemoSystem;
import dev.sluice.local.demo.Narrator;
import dev.sluice.local.demo.TourException;
import dev.sluice.local.lab.LabException;
import dev.sluice.local.run.ProgramException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code sluice-local up}: the whole system on this machine. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs the whole system on this machine: a node with three pods and a client outside, each a"
          + " network namespace, a Kafka broker, a watcher on a folder of manifests, and an applier"
          + " on the node. Needs root. Removes everything in the end.",
      "The node is called \"node\"; the pods, 10.244.1.2 to 10.244.1.4 and fd00:10:244:1::2 to ::4,"
          + " answer at port 8080.",
    },
    footer = {
      "",
      "Examples:",
      "  sluice-local up --demonstrate",
      "  sluice-local up --manifests ~/demo --iptables-variant legacy",
    })
final class UpCommand implements Callable<Integer> {
  private static final int INTERRUPTED = 130;
  private static final Duration END_LIMIT = Duration.ofSeconds(20);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--manifests",
      paramLabel = "DIR",
      description = "The folder to publish (default: a copy of deploy/examples/quickstart).")
  private Optional<Path> manifests = Optional.empty();

  @Option(
      names = "--demonstrate",
      description = "Show what it does, checking each step, and end (without: run until Ctrl-C).")
  private boolean demonstrate;

  @Option(names = "--keep", description = "With --demonstrate: run on afterwards, until Ctrl-C.")
  private boolean keep;

  @Option(
      names = "--proxy-mode",
      defaultValue = "iptables",
      paramLabel = "MODE",
      converter = ModeConverter.class,
      description = "iptables, ipvs or auto (default: ${DEFAULT-VALUE}).")
  private AskedMode mode = new AskedMode(Optional.empty());

  @Option(
      names = "--iptables-variant",
      defaultValue = "nft",
      paramLabel = "VARIANT",
      description = "nft or legacy (default: ${DEFAULT-VALUE}).")
  private Variant variant = Variant.NFT;

  /** So that a script that runs this speaks in its own name. */
  @Option(names = "--called", hidden = true, defaultValue = "sluice-local up")
  private String called = "";

  /**
   * What was asked for.
   *
   * @param named empty: auto
   */
  private record AskedMode(Optional<ProxyMode> named) {}

  private static final class ModeConverter implements ITypeConverter<AskedMode> {
    @Override
    public AskedMode convert(String text) {
      if (text.equals("auto")) {
        return new AskedMode(Optional.empty());
      }
      ProxyMode named =
          ProxyMode.of(text)
              .orElseThrow(
                  () ->
                      new TypeConversionException(
                          "\"" + text + "\" is none of: iptables, ipvs, auto"));
      return new AskedMode(Optional.of(named));
    }
  }

  @Override
  public Integer call() {
    Demo.Plan plan = plan();
    Interruption interruption = new Interruption(Thread.currentThread(), END_LIMIT);
    try (Termination _ = Termination.bySignal(() -> endBySignal(interruption))) {
      interruption.guard(() -> new Demo(new Narrator(out())).run(plan, system -> stay(system)));
    } catch (TourException | LabException | ProgramException | BrokerStartException e) {
      return failure(String.valueOf(e.getMessage()));
    } catch (IOException | InterruptedException e) {
      return failure(e.toString());
    }
    out().println("\n" + called + ": ok");
    out().flush();
    return CommandLine.ExitCode.OK;
  }

  private Demo.Plan plan() {
    if (manifests.isPresent() && demonstrate) {
      throw wrong("--manifests: what is demonstrated are the quickstart's own");
    }
    if (manifests.isPresent() && !Files.isDirectory(manifests.get())) {
      throw wrong("--manifests: " + manifests.get() + " is no folder");
    }
    return new Demo.Plan(manifests.map(Path::toAbsolutePath), mode.named(), variant, demonstrate);
  }

  private ParameterException wrong(String reason) {
    return new ParameterException(spec.commandLine(), reason);
  }

  private void stay(DemoSystem system) throws InterruptedException {
    if (demonstrate && !keep) {
      return;
    }
    out().println("\nRunning until Ctrl-C, which removes everything. To look around:");
    system.hints().forEach(hint -> out().println("  " + hint));
    out().flush();
    Demo.watch(system);
  }

  private int endBySignal(Interruption interruption) {
    boolean ended = interruption.interruptAndWait();
    String rest = ended ? "everything was removed" : "not all could be removed";
    spec.commandLine().getErr().println(called + ": ended by a signal, " + rest);
    spec.commandLine().getErr().flush();
    if (!ended) {
      return CommandLine.ExitCode.SOFTWARE;
    }
    // who waits for a demonstration must not take half of one for the whole
    return demonstrate && !keep ? INTERRUPTED : CommandLine.ExitCode.OK;
  }

  /** Details first, so that the last line says what it was. */
  private int failure(String reason) {
    PrintWriter err = spec.commandLine().getErr();
    int end = reason.indexOf('\n');
    if (end >= 0) {
      err.println("\n" + reason);
    }
    err.println("\n" + called + ": failed: " + (end < 0 ? reason : reason.substring(0, end)));
    err.flush();
    return CommandLine.ExitCode.SOFTWARE;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
