package dev.sluice.local.cli;

import dev.sluice.local.bench.BenchCluster;
import dev.sluice.local.bench.log.LogBench;
import dev.sluice.local.bench.log.LogBench.Part;
import dev.sluice.local.bench.log.fanout.FanOutEffort;
import dev.sluice.local.bench.log.path.PathEffort;
import dev.sluice.local.bench.log.start.StartEffort;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice-local bench log}: the way over the log. */
@Command(
    name = "log",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures the log in three parts:",
      "  path     a change from the API server's watch event to a kernel that has taken it, through"
          + " watcher, broker and applier, which are real programs; the API server is a fake one",
      "  start    an applier from the start of its process to a kernel with the whole cluster",
      "  fan-out  a change from the writer to many readers, which poll as appliers do, on one"
          + " thread here: what they wait, and what they cost the broker",
      "Takes some six minutes. Says on standard error what it is doing.",
    },
    footer = {
      "",
      "Exit code 1 if a change, a rule or a record is missing in the end.",
      "",
      "Examples:",
      "  sluice-local bench log --output /tmp/bench",
      "  sluice-local bench log --parts path --services 100 --rates 100 --variants nft",
      "  sluice-local bench log --parts fan-out --pollers 100 --poll-rates 10 --seconds 5",
    })
final class LogCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--parts",
      split = ",",
      defaultValue = "path,start,fan-out",
      paramLabel = "PART",
      description = "What is measured (default: ${DEFAULT-VALUE}).")
  private Set<Part> parts = Set.of();

  @Mixin private VariantsOption variants = new VariantsOption();

  @Option(
      names = "--endpoints",
      defaultValue = "20",
      paramLabel = "N",
      description = "Endpoints of each Service (default: ${DEFAULT-VALUE}).")
  private int endpoints;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      paramLabel = "N",
      description = {
        "How long each rate is measured (default: ${DEFAULT-VALUE});",
        "longer where that would be less than 30 changes (path) or 20 (fan-out)."
      })
  private int seconds;

  @Option(
      names = "--services",
      defaultValue = "1000",
      paramLabel = "N",
      description = "path: Services in the cluster (default: ${DEFAULT-VALUE}).")
  private int services;

  @Option(
      names = "--rates",
      split = ",",
      defaultValue = "1,100,500",
      paramLabel = "N",
      description = "path: changes a second (default: ${DEFAULT-VALUE}).")
  private List<Integer> rates = List.of();

  @Option(
      names = "--start-services",
      defaultValue = "10000",
      paramLabel = "N",
      description = "start: Services on the log (default: ${DEFAULT-VALUE}).")
  private int startServices;

  @Option(
      names = "--starts",
      defaultValue = "3",
      paramLabel = "N",
      description = "start: how often, with each variant (default: ${DEFAULT-VALUE}).")
  private int starts;

  @Option(
      names = "--pollers",
      split = ",",
      defaultValue = "1,500,2000",
      paramLabel = "N",
      description = "fan-out: readers at a time (default: ${DEFAULT-VALUE}).")
  private List<Integer> pollers = List.of();

  @Option(
      names = "--poll-rates",
      split = ",",
      defaultValue = "10,100",
      paramLabel = "N",
      description = "fan-out: changes a second (default: ${DEFAULT-VALUE}).")
  private List<Integer> pollRates = List.of();

  @Mixin private OutputOption output = new OutputOption();

  @Override
  public Integer call() {
    LogBench bench = BenchCall.checked(spec, this::bench);
    PrintWriter out = spec.commandLine().getOut();
    return BenchCall.run(spec, () -> bench.run(output.folder(), out, this::progress));
  }

  private void progress(String what) {
    spec.commandLine().getErr().println("bench log: " + what);
    spec.commandLine().getErr().flush();
  }

  private LogBench bench() {
    Duration period = Duration.ofSeconds(seconds);
    return new LogBench(
        parts,
        new PathEffort(variants.all(), services, endpoints, rates, period),
        new StartEffort(variants.all(), new BenchCluster(startServices, endpoints), starts),
        new FanOutEffort(pollers, pollRates, period));
  }
}
