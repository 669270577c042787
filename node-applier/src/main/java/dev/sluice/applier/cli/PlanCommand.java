package dev.sluice.applier.cli;

import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.IptablesPlan;
import dev.sluice.applier.program.ModeChoice;
import dev.sluice.applier.program.Plan;
import dev.sluice.events.host.Launch;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.manifest.ManifestFolder;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code sluice plan}: what a node's kernel would hold. Needs no kernel, no Kafka, no root. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the rules that a node would have if the cluster were what these manifests say.",
      "With one family, the text is what that family's restore tool takes."
    },
    footer = {
      "",
      "Example:",
      "  sluice plan --manifests deploy/examples/shop --node-name node-1 --proxy-mode iptables \\",
      "      --family ipv4 | iptables-restore --test"
    })
final class PlanCommand implements Callable<Integer> {
  /** How the plan is printed. */
  enum Output {
    TEXT,
    JSON
  }

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ProxyOptions proxy = new ProxyOptions();

  @Option(
      names = "--manifests",
      required = true,
      paramLabel = "DIR",
      description = "A folder of Kubernetes manifests, YAML or JSON.")
  private Path manifests = Path.of("");

  @Option(
      names = "--node-name",
      required = true,
      paramLabel = "NAME",
      description = "The node to plan for; its Node object is among the manifests.")
  private String nodeName = "";

  @Option(names = "--family", paramLabel = "FAMILY", description = "ipv4 or ipv6. Default: both.")
  private Optional<IpFamily> family = Optional.empty();

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      paramLabel = "FORMAT",
      description = "text or json. Default: text.")
  private Output output = Output.TEXT;

  @Override
  public Integer call() throws IOException {
    NodeConfig config = proxy.node(spec.commandLine());
    IptablesOptions options = proxy.iptables(spec.commandLine());
    var _ = proxy.choice(spec.commandLine(), Optional.empty()); // a wrong mode is told first
    if (!Files.isDirectory(manifests)) {
      throw wrong("--manifests: " + manifests + " is no folder");
    }
    ManifestFolder.Scan scan = new ManifestFolder(manifests, Clock.systemUTC()).scan();
    ClusterImage image = ManifestImage.of(scan.objects());
    Node node =
        image
            .node(nodeName)
            .orElseThrow(() -> wrong("--node-name: the manifests have no Node/" + nodeName));
    config
        .missing(node)
        .ifPresent(
            reason -> {
              throw wrong(reason + ", which --detect-local-mode needs");
            });
    Map<ServiceName, List<VirtualServer>> servers =
        new ForwardingTable(nodeName).virtualServers(image, image.services());
    Planner planner = planner(image, options);
    print(
        Arrays.stream(IpFamily.values())
            .filter(each -> family.isEmpty() || family.get() == each)
            .map(each -> planner.plan(each, config.on(node), servers))
            .toList());
    scan.problems()
        .forEach((file, reason) -> spec.commandLine().getErr().println(file + ": " + reason));
    spec.commandLine().getErr().flush();
    // what could be read is shown, but a script must see that it is not all
    return scan.problems().isEmpty() ? 0 : Launch.FAILED;
  }

  private Planner planner(ClusterImage image, IptablesOptions options) {
    ModeChoice choice = proxy.choice(spec.commandLine(), image.head());
    if (proxy.mode.named().isEmpty()) {
      spec.commandLine().getErr().println("mode " + choice.mode() + ": " + choice.reason());
    }
    return switch (choice.mode()) {
      case IPTABLES -> (each, policy, servers) -> IptablesPlan.of(each, options, policy, servers);
      case IPVS -> throw new IllegalStateException("not chosen: this version does not have it");
    };
  }

  private void print(List<Plan> plans) {
    switch (output) {
      case TEXT -> plans.forEach(plan -> spec.commandLine().getOut().print(plan.text()));
      case JSON -> {
        JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        List<Map<String, Object>> trees = new ArrayList<>();
        plans.forEach(plan -> trees.add(plan.tree()));
        spec.commandLine().getOut().println(json.writeValueAsString(trees));
      }
    }
    spec.commandLine().getOut().flush();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
