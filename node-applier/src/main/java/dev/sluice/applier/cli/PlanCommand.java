package dev.sluice.applier.cli;

import dev.sluice.applier.cli.ClusterOptions.Cluster;
import dev.sluice.applier.program.ModeChoice;
import dev.sluice.applier.program.Plan;
import dev.sluice.events.event.Moment;
import dev.sluice.events.host.Launch;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Node;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice plan}: what a node's kernel would hold. Needs no kernel and no root. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the rules that a node would have if the cluster were what these manifests say, or",
      "those that it has had at a revision or a time of the log.",
      "With one family, the text is what that family's restore tool takes.",
      "",
      "From the log, mode and flags are those that the node has had by its own report; what is",
      "given on the command line counts instead. The node's reports of that revision, as far as they",
      "are still there, are compared, on standard error."
    },
    footer = {
      "",
      "Examples:",
      "  sluice plan --manifests deploy/examples/shop --node-name node-1 --proxy-mode iptables \\",
      "      --family ipv4 | iptables-restore --test",
      "  sluice plan --bootstrap-servers kafka:9092 --node-name node-1 --at 15m"
    })
final class PlanCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @ArgGroup(multiplicity = "1")
  private ClusterOptions source = new ClusterOptions();

  @Mixin private NodeFlags flags = new NodeFlags();

  @Option(
      names = "--at",
      paramLabel = "MOMENT",
      converter = MomentConverter.class,
      description =
          "The moment to plan for, of a log: " + MomentConverter.FORMS + ". Default: now.")
  private Moment moment = Moment.NOW;

  @Option(
      names = "--node-name",
      required = true,
      paramLabel = "NAME",
      description = "The node to plan for; its Node object is among the cluster's.")
  private String nodeName = "";

  @Option(
      names = "--family",
      paramLabel = "FAMILY",
      description = "ipv4 or ipv6. Default: both, or those that the node reported.")
  private Optional<IpFamily> family = Optional.empty();

  @Mixin private LogTimeout timeout = new LogTimeout();

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      paramLabel = "FORMAT",
      description = "text or json. Default: text.")
  private PlanOutput output = PlanOutput.TEXT;

  @Override
  public Integer call() throws IOException, InterruptedException {
    flags.check(spec.commandLine());
    var _ = flags.proxy.choice(spec.commandLine(), Optional.empty()); // a wrong mode is told first
    Cluster cluster = source.read(spec.commandLine(), timeout.value(), moment);
    cluster.problems().forEach(this::say);
    if (source.fromLog()) {
      NodePast past =
          new NodePast(nodeName, cluster.image(), moment, RecordedFlags.given(spec.commandLine()));
      try (OpenLog log = source.log(timeout.value())) {
        print(past.plan(log.nodes(nodeName, this::say), family, this::say));
      }
    } else {
      print(new PlanOutput.Planned(planned(cluster.image()), Map.of()));
    }
    // what could be read is shown, but a script must see that it is not all
    return cluster.problems().isEmpty() ? 0 : Launch.FAILED;
  }

  private List<Plan> planned(ClusterImage image) {
    Node node =
        image
            .node(nodeName)
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(), "--node-name: the manifests have no Node/" + nodeName));
    ModeChoice choice = flags.proxy.choice(spec.commandLine(), image.head());
    if (flags.proxy.mode.named().isEmpty()) {
      say("mode " + choice.mode() + ": " + choice.reason());
    }
    return flags.plans(spec.commandLine(), image, node, choice.mode(), NodeFlags.families(family));
  }

  private void print(PlanOutput.Planned planned) {
    output.print(planned, spec.commandLine().getOut());
  }

  private void say(String line) {
    spec.commandLine().getErr().println(line);
    spec.commandLine().getErr().flush();
  }
}
