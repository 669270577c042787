package dev.sluice.applier.cli;

import dev.sluice.applier.cli.ProgramTarget.Programmed;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.runtime.ModeBackends;
import dev.sluice.events.difference.ImageDifference;
import dev.sluice.events.event.HistoryEntry;
import dev.sluice.events.event.Moment;
import dev.sluice.events.host.Launch;
import dev.sluice.events.log.HistoryReader.HistoryBatch;
import dev.sluice.events.log.PastState;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ProxyMode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice replay}: an incident again, change by change. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Programs what a node had at --from, and then every change up to --to, one by one, into the"
          + " kernel of a network namespace; and prints after each what changed and the program's"
          + " digest. The rules stay, to be looked at and sent packets through, until the namespace"
          + " ends or sluice cleanup removes them.",
      "With --dry-run it needs no kernel and no root, and prints the programs instead.",
      "",
      "It refuses the machine's main network namespace, and one that has rules of a proxy already.",
      "The same log, node and flags give the same digests on any machine: those that the node"
          + " reported, where it is given the node's flags and addresses.",
      "",
      "A moment is " + MomentConverter.FORMS + "."
    },
    footer = {
      "",
      "Examples:",
      "  sluice replay --bootstrap-servers kafka:9092 --from 4711 --to 4715 \\",
      "      --node-name node-1 --proxy-mode iptables --dry-run",
      "  ip netns add replay",
      "  sluice replay --netns replay --bootstrap-servers kafka:9092 --from 20m --to 10m \\",
      "      --speed 60 --node-name node-1 --proxy-mode ipvs"
    })
final class ReplayCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private LogOptions log = new LogOptions();
  @Mixin private NodeOptions node = new NodeOptions();
  @Mixin private KernelOptions kernel = new KernelOptions();

  @Option(
      names = "--from",
      required = true,
      paramLabel = "MOMENT",
      converter = MomentConverter.class,
      description = "Where to begin: what was there then is programmed at once.")
  private Moment from = Moment.NOW;

  @Option(
      names = "--to",
      defaultValue = "now",
      paramLabel = "MOMENT",
      converter = MomentConverter.class,
      description = "Where to end, that change included. Default: now.")
  private Moment to = Moment.NOW;

  @Option(
      names = "--node-name",
      required = true,
      paramLabel = "NAME",
      description = "The node whose rules are replayed.")
  private String nodeName = "";

  @Option(
      names = "--netns",
      paramLabel = "NAME",
      description = {
        "The network namespace whose kernel is programmed: a name as ip netns has it, or a file"
            + " such as /proc/PID/ns/net. The log is read from where the command is run.",
        "Default: where the command is run."
      })
  private Optional<String> namespace = Optional.empty();

  @Option(
      names = "--speed",
      paramLabel = "X",
      description = {
        "Keep the time between changes, divided by X: 1 is as it was, 60 a minute a second.",
        "Default: as fast as it goes."
      })
  private Optional<Double> speed = Optional.empty();

  @Option(names = "--dry-run", description = "Write to no kernel, but print the programs.")
  private boolean dryRun;

  @Option(
      names = "--force",
      description = {
        "Write even in the machine's main network namespace, and over rules that are there"
            + " already. On a node that is in use this breaks its Services."
      })
  private boolean force;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      paramLabel = "FORMAT",
      description = "table, or json: one object a line. Default: table.")
  private HistoryCommand.Output output = HistoryCommand.Output.TABLE;

  @Override
  public Integer call() throws IOException, InterruptedException {
    check();
    try (KernelThread thread = KernelThread.in(dryRun ? Optional.empty() : namespace)) {
      if (!dryRun && !force) {
        refuse(thread);
      }
      try (OpenLog opened = log.open(spec.commandLine().getErr())) {
        PastState first = opened.at(from);
        PastState last = opened.at(to);
        check(first, last);
        return dryRun
            ? replay(opened, first, last, node.shown(spec.commandLine(), mode()))
            : replayInKernel(opened, first, last, thread);
      }
    }
  }

  private void refuse(KernelThread thread) throws IOException, InterruptedException {
    Optional<String> refusal =
        thread.call(
            () -> ReplayGuard.refusal(Path.of("/"), kernel.tools(), KernelOptions.families()));
    if (refusal.isPresent()) {
      throw new IOException(refusal.get());
    }
  }

  private int replayInKernel(OpenLog opened, PastState first, PastState last, KernelThread thread)
      throws IOException, InterruptedException {
    List<Backend> backends = thread.call(this::backends);
    try {
      return replay(opened, first, last, ProgramTarget.kernel(backends, thread));
    } finally {
      thread.call(
          () -> {
            backends.forEach(Backend::close);
            return backends;
          });
    }
  }

  private ProxyMode mode() {
    return node.flags.proxy.choice(spec.commandLine(), Optional.empty()).mode();
  }

  private void check(PastState first, PastState last) {
    if (last.revision() < first.revision()) {
      throw new ParameterException(
          spec.commandLine(),
          "--to is revision %d, before --from, revision %d"
              .formatted(last.revision(), first.revision()));
    }
    node.check(spec.commandLine(), first.image(), nodeName, first.revision());
  }

  private void check() {
    node.flags.check(spec.commandLine());
    if (node.flags.proxy.mode.named().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--proxy-mode must name the mode to replay: iptables or ipvs");
    }
    if (speed.isPresent() && !(speed.get() > 0 && Double.isFinite(speed.get()))) {
      throw new ParameterException(spec.commandLine(), "--speed must be more than 0");
    }
    if (dryRun && namespace.isPresent()) {
      throw new ParameterException(spec.commandLine(), "--dry-run needs no --netns");
    }
  }

  private List<Backend> backends() throws IOException {
    NodeConfig asked = node.flags.proxy.node(spec.commandLine());
    if (!LocalhostNodePorts.prepare(asked, Path.of("/")).equals(asked)) {
      throw new IOException(
          "net.ipv4.conf.all.route_localnet can't be set here;"
              + " give --iptables-localhost-nodeports=false");
    }
    KernelModes modes =
        new KernelModes(
            kernel,
            node.flags.iptables(spec.commandLine()),
            node.flags.ipvs,
            node.flags.ipvs(spec.commandLine()));
    KernelModes.check(Optional.of(mode()), modes.abilities());
    List<IpFamily> families =
        KernelOptions.families().stream().filter(node.families()::contains).toList();
    ModeBackends backends =
        modes.backends(
            modes.abilities(),
            new ModeSupport.Setting(families, node.flags.tools.liberal, Duration.ZERO));
    return backends.start(mode());
  }

  private int replay(OpenLog opened, PastState first, PastState last, ProgramTarget target)
      throws IOException, InterruptedException {
    NodeTimeline timeline = node.timeline(spec.commandLine(), nodeName, target);
    ReplayPrinter printer = new ReplayPrinter(spec.commandLine().getOut(), output, dryRun);
    List<String> problems = new ArrayList<>(first.problems());
    problems.addAll(last.problems());
    printer.start(first, tell(timeline.jump(first.image()), problems));
    changes(opened, first, last, timeline, printer, problems);
    List<ImageDifference.Differing> wrong = ImageDifference.between(timeline.image(), last.image());
    if (!wrong.isEmpty()) {
      problems.add(
          "the replay has not led to what the log tells of revision %d: %d objects differ, %s first"
              .formatted(last.revision(), wrong.size(), wrong.getFirst().key()));
    }
    PrintWriter err = spec.commandLine().getErr();
    problems.stream().distinct().forEach(err::println);
    err.flush();
    return problems.isEmpty() ? 0 : Launch.FAILED;
  }

  private void changes(
      OpenLog opened,
      PastState first,
      PastState last,
      NodeTimeline timeline,
      ReplayPrinter printer,
      List<String> problems)
      throws IOException, InterruptedException {
    Optional<Instant> before = first.time();
    long done = first.revision();
    try (HistoryStream history = opened.history(first.time(), last.revision())) {
      Optional<HistoryBatch> batch = history.next();
      while (batch.isPresent() && done < last.revision()) {
        for (HistoryEntry entry : batch.get().entries()) {
          if (entry.number() <= done || entry.number() > last.revision()) {
            continue;
          }
          Instant time = entry.change().revision().time();
          pause(before, time);
          before = Optional.of(time);
          done = entry.number();
          printer.change(entry, tell(timeline.replay(entry.change()), problems));
        }
        batch = history.next();
      }
    }
  }

  private static List<Programmed> tell(List<Programmed> programmed, List<String> problems) {
    for (Programmed one : programmed) {
      one.refusals()
          .forEach(
              refusal ->
                  problems.add(
                      "the kernel refuses %s (%s): %s"
                          .formatted(refusal.object(), one.family(), refusal.reason())));
    }
    return programmed;
  }

  private void pause(Optional<Instant> before, Instant time) throws InterruptedException {
    if (speed.isPresent() && before.isPresent()) {
      double millis = Duration.between(before.get(), time).toMillis() / speed.get();
      Thread.sleep((long) Math.min(millis, Long.MAX_VALUE));
    }
  }
}
