package dev.sluice.applier.cli;

import dev.sluice.applier.cli.ClusterOptions.Cluster;
import dev.sluice.applier.cli.PlanOutput.Planned;
import dev.sluice.applier.iptables.IptablesPlan;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.applier.iptables.IptablesVerification;
import dev.sluice.applier.ipvs.IpvsPlan;
import dev.sluice.applier.ipvs.IpvsVerification;
import dev.sluice.applier.ipvs.NodeKernel;
import dev.sluice.applier.program.ObjectChange;
import dev.sluice.applier.program.Plan;
import dev.sluice.applier.runtime.NodeProgram;
import dev.sluice.events.event.Moment;
import dev.sluice.events.host.Launch;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice verify}: whether a node's kernel holds what the log says. Writes nothing. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Compares this node's kernel with what the log, or a folder of manifests, asks of it, and",
      "prints what differs, object by object: missing, changed or extra. Writes nothing; an applier",
      "may run beside it. What differs only while it is being written is not told: the comparison is",
      "made anew until it comes to the same twice.",
      "",
      "From the log, mode and flags are those that the node has reported; what is given on the",
      "command line counts instead.",
      "Exit code: 0 if nothing differs, 1 if something does, 2 if that can't be told."
    },
    footer = {
      "",
      "Examples:",
      "  sluice verify --bootstrap-servers kafka:9092 --node-name $(hostname)",
      "  sluice verify --manifests cluster/ --node-name node-1 --proxy-mode iptables -o json"
    })
final class VerifyCommand implements Callable<Integer> {
  private static final int DIFFERS = 1;
  private static final int TROUBLE = Launch.WRONG_USE;
  private static final int MOST_ATTEMPTS = 5;
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

  @Spec private CommandSpec spec = CommandSpec.create();

  @ArgGroup(multiplicity = "1")
  private ClusterOptions source = new ClusterOptions();

  @Mixin private NodeFlags flags = new NodeFlags();
  @Mixin private KernelOptions kernel = new KernelOptions();

  @Option(
      names = "--node-name",
      required = true,
      paramLabel = "NAME",
      description = "What this node's Node object is called.")
  private String nodeName = "";

  @Option(
      names = "--family",
      paramLabel = "FAMILY",
      description = "ipv4 or ipv6. Default: both, or those that the node reported.")
  private Optional<IpFamily> family = Optional.empty();

  @Mixin private LogTimeout timeout = new LogTimeout();
  @Mixin private AnswerFormat output = new AnswerFormat();

  private final Set<String> said = new LinkedHashSet<>();

  @Override
  public Integer call() throws InterruptedException {
    flags.check(spec.commandLine());
    var _ = flags.proxy.choice(spec.commandLine(), Optional.empty()); // a wrong mode is told first
    try (NodeKernel node = new NodeKernel()) {
      Verification result = stable(node);
      result.answer().print(output.value(), spec.commandLine().getOut());
      return result.same() ? 0 : DIFFERS;
    } catch (IOException e) {
      spec.commandLine().getErr().println(spec.qualifiedName() + ": " + e.getMessage());
      spec.commandLine().getErr().flush();
      return TROUBLE;
    }
  }

  /** What still differs when the log has stood still for two comparisons, or in all of them. */
  private Verification stable(NodeKernel node) throws IOException, InterruptedException {
    Verification last = compare(node);
    for (int attempt = 1; attempt < MOST_ATTEMPTS && !last.same(); attempt++) {
      Thread.sleep(BETWEEN_ATTEMPTS);
      Verification next = compare(node);
      boolean still = next.revision() == last.revision();
      last = next.and(last);
      if (still) {
        return last;
      }
    }
    return last;
  }

  private Verification compare(NodeKernel node) throws IOException, InterruptedException {
    IptablesTools tools = kernel.tools();
    IpvsVerification ipvs = new IpvsVerification(node, tools, flags.ipvs.exclusions());
    Cluster cluster = source.read(spec.commandLine(), timeout.value());
    if (!cluster.problems().isEmpty()) {
      throw new IOException("not all can be read: " + String.join("; ", cluster.problems()));
    }
    NodePast past =
        new NodePast(nodeName, cluster.image(), Moment.NOW, options(ipvs.addresses(), tools));
    Planned planned = past.plan(records(), family, source.fromLog() ? this::say : _ -> {});
    List<Verification.Family> families = new ArrayList<>();
    for (Plan plan : planned.plans()) {
      if (KernelOptions.families().contains(plan.family())) {
        families.add(
            new Verification.Family(
                plan.family(), plan.digest().toString(), changes(plan, tools, ipvs)));
      }
    }
    String mode = String.valueOf(planned.more().get("mode"));
    return new Verification(nodeName, mode, cluster.image().revision(), families);
  }

  private static List<ObjectChange> changes(Plan plan, IptablesTools tools, IpvsVerification ipvs)
      throws IOException {
    return switch (plan) {
      case IptablesPlan iptables -> IptablesVerification.changes(tools, iptables);
      case IpvsPlan virtual -> ipvs.changes(virtual);
      default -> throw new IllegalStateException("a plan of another kind: " + plan.getClass());
    };
  }

  /** What is given, and what this machine says of itself where nothing is. */
  private Map<String, String> options(Set<IpAddress> addresses, IptablesTools tools) {
    Map<String, String> options = new TreeMap<>();
    options.put(
        "--node-addresses",
        addresses.isEmpty() ? LocalAddressOptions.NONE : NodeProgram.text(addresses));
    options.put("--iptables-random-fully", Boolean.toString(tools.randomFully()));
    options.putAll(RecordedFlags.given(spec.commandLine()));
    return options;
  }

  private NodeRecords records() throws IOException, InterruptedException {
    if (!source.fromLog()) {
      return new NodeRecords(List.of(), List.of());
    }
    try (OpenLog log = source.log(timeout.value())) {
      NodeRecords records = log.nodes(nodeName, this::say);
      applied(records).ifPresent(this::say);
      return records;
    }
  }

  private Optional<String> applied(NodeRecords records) {
    return records.reports().isEmpty()
        ? Optional.empty()
        : records
            .reports()
            .getLast()
            .applied()
            .map(
                program ->
                    "node %s has reported revision %d at %s"
                        .formatted(nodeName, program.revision(), program.appliedAt()));
  }

  /** Each line once, however often it is compared. */
  private void say(String line) {
    if (said.add(line)) {
      spec.commandLine().getErr().println(line);
      spec.commandLine().getErr().flush();
    }
  }
}
