package dev.sluice.applier.cli;

import dev.sluice.applier.cli.ClusterOptions.Cluster;
import dev.sluice.applier.forwarding.Evaluator;
import dev.sluice.applier.forwarding.Explanation;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.Packet;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.events.event.Moment;
import dev.sluice.events.host.Launch;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice explain}: what a node makes of a packet, and why. Needs no kernel and no root. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
      "Says what becomes of a connection on a node, and why: which front end it meets,",
      "which endpoints it may reach, whether it is masqueraded, and which chains it goes through.",
      "From the log, as of any moment, and with the changes that made it so.",
      "With --mode: which mode auto means, and why."
    },
    footer = {
      "",
      "Examples:",
      "  sluice explain 10.96.17.4:80 --from 10.244.1.11 --node-name node-1 \\",
      "      --manifests deploy/examples/shop --proxy-mode iptables \\",
      "      --cluster-cidr 10.244.0.0/16",
      "  sluice explain shop/web --at 15m --bootstrap-servers kafka:9092 --node-name node-1 \\",
      "      --proxy-mode iptables",
      "  sluice explain --mode --bootstrap-servers kafka:9092 --node-name $(hostname)"
    })
final class ExplainCommand implements Callable<Integer> {
  private static final String NODE_ITSELF = "node";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "TARGET",
      description = {
        "ADDRESS:PORT[/tcp|udp|sctp], IPv6 as [ADDRESS]:PORT,",
        "or NAMESPACE/NAME[:PORT] for a Service's ClusterIP."
      })
  private Optional<String> target = Optional.empty();

  @ArgGroup(multiplicity = "1")
  private ClusterOptions source = new ClusterOptions();

  @Mixin private ProxyOptions proxy = new ProxyOptions();
  @Mixin private IpvsFlags flags = new IpvsFlags();
  @Mixin private LocalAddressOptions localAddresses = new LocalAddressOptions();

  @Option(
      names = "--mode",
      description =
          "Explain no connection, but which mode auto means, and why; and on the node itself that"
              + " --node-name names, what its kernel can do.")
  private boolean explainMode;

  @Option(
      names = "--node-name",
      paramLabel = "NAME",
      description = "The node that the connection comes by. Needed, but with --mode.")
  private String nodeName = "";

  @Option(
      names = "--from",
      paramLabel = "ADDRESS",
      description = {
        "Who connects: an address, or node for the node itself.",
        "Default: some client outside the cluster."
      })
  private Optional<String> from = Optional.empty();

  @Option(
      names = "--in-interface",
      paramLabel = "NAME",
      description = "The interface that the packet comes in by, where pods are told by that.")
  private Optional<String> inInterface = Optional.empty();

  @Option(
      names = "--at",
      defaultValue = "now",
      paramLabel = "MOMENT",
      converter = MomentConverter.class,
      description = "Which moment of the log: " + MomentConverter.FORMS + ". Default: now.")
  private Moment at = Moment.NOW;

  @Option(
      names = "--changes",
      defaultValue = "5",
      paramLabel = "N",
      description =
          "How many of the changes that made it so to tell, from the log. 0: none. Default: 5.")
  private int changes;

  @Mixin private LogTimeout timeout = new LogTimeout();
  @Mixin private AnswerFormat output = new AnswerFormat();

  @Override
  public Integer call() throws IOException, InterruptedException {
    check();
    NodeConfig config = proxy.node(spec.commandLine());
    var _ = proxy.choice(spec.commandLine(), Optional.empty()); // a wrong mode is told first
    Cluster cluster = source.read(spec.commandLine(), timeout.value(), at);
    List<String> problems = new ArrayList<>(cluster.problems());
    Answer answer =
        explainMode
            ? modeAnswer(cluster.image())
            : withChanges(packetAnswer(cluster.image(), config), cluster.image(), problems);
    answer.print(output.value(), spec.commandLine().getOut());
    PrintWriter err = spec.commandLine().getErr();
    problems.stream().distinct().forEach(err::println);
    err.flush();
    // what could be read is explained, but a script must see that it is not all
    return problems.isEmpty() ? 0 : Launch.FAILED;
  }

  private void check() {
    if (explainMode && target.isPresent()) {
      throw wrong("--mode and TARGET exclude each other");
    } else if (!explainMode && target.isEmpty()) {
      throw wrong("TARGET is missing (or --mode)");
    } else if (!explainMode && nodeName.isEmpty()) {
      throw wrong("--node-name is missing");
    }
  }

  private Answer modeAnswer(ClusterImage image) throws IOException {
    Optional<ModeExplanation.Here> here = Optional.empty();
    if (!nodeName.isEmpty() && ThisMachine.is(node(image))) {
      IptablesOptions rules = proxy.iptables(spec.commandLine());
      KernelModes kernel =
          new KernelModes(
              new KernelOptions(), rules, flags, flags.options(spec.commandLine(), rules));
      here = Optional.of(new ModeExplanation.Here(nodeName, kernel.abilities()));
    }
    return ModeExplanation.of(image, source.fromLog(), here);
  }

  private Node node(ClusterImage image) {
    return image
        .node(nodeName)
        .orElseThrow(() -> wrong("--node-name: the cluster has no Node/" + nodeName));
  }

  private boolean tellsChanges() {
    return source.fromLog() && changes > 0;
  }

  private Answer withChanges(Explained explained, ClusterImage image, List<String> problems)
      throws IOException, InterruptedException {
    if (!tellsChanges()) {
      return explained.answer();
    }
    try (OpenLog log = source.log(timeout.value());
        ProgressLine progress =
            ProgressLine.on(spec.commandLine().getErr(), "reading " + log.historyTopic())) {
      return explained.withChanges(log, image, changes, problems, progress::at);
    } catch (IOException e) {
      if (explained.socket().isEmpty()) {
        throw e; // nothing else is known
      }
      // what becomes of the packet is known all the same
      problems.add("what led to it can't be told: " + e.getMessage());
      return explained.answer();
    }
  }

  private Explained packetAnswer(ClusterImage image, NodeConfig config) {
    Node node = node(image);
    config
        .missing(node)
        .ifPresent(
            reason -> {
              throw wrong(reason + ", which --detect-local-mode needs");
            });
    return answer(image, node, config.on(node));
  }

  private Explained answer(ClusterImage image, Node node, NodePolicy policy) {
    return switch (parsed(PacketTarget::parse, target.orElseThrow())) {
      case PacketTarget.Socket socket -> answer(image, node, policy, socket, Optional.empty());
      case PacketTarget.OfService named -> {
        Optional<Service> service = image.service(named.name());
        if (service.isEmpty() && !tellsChanges()) {
          throw wrong("the cluster has no Service " + named.name());
        }
        Optional<String> reason =
            service.map(Service::notServed).orElse(Optional.of(Explained.NOT_THERE));
        yield reason.isPresent()
            ? Explained.noFrontEnd(named.name(), reason.get())
            : answer(
                image,
                node,
                policy,
                parsed(named::of, service.orElseThrow()),
                Optional.of(named.name()));
      }
    };
  }

  private Explained answer(
      ClusterImage image,
      Node node,
      NodePolicy policy,
      PacketTarget.Socket socket,
      Optional<ServiceName> named) {
    Set<IpAddress> local = localAddresses.of(node, spec.commandLine());
    PacketSender sender = sender(socket.address(), image, node, policy, local);
    if (sender.source().family() != socket.address().family()) {
      throw wrong("--from: " + sender.source() + " can't reach " + socket.address());
    }
    Packet packet =
        new Packet(
            sender.source(),
            socket.address(),
            socket.port(),
            socket.protocol(),
            sender.inInterface());
    Explanation explanation = new Evaluator(nodeName, policy, local).explain(image, packet);
    List<String> chains =
        new PacketChains(
                nodeName,
                policy,
                local,
                proxy.iptables(spec.commandLine()),
                flags.options(spec.commandLine(), proxy.iptables(spec.commandLine())))
            .of(image, proxy.choice(spec.commandLine(), image.head()).mode(), packet);
    return new Explained(
        Answer.of(nodeName, sender.text(), explanation, chains),
        Optional.of(socket),
        explanation.server().map(server -> server.name().service()).or(() -> named),
        Optional.of(
            other ->
                ExplanationText.outcome(
                    new Evaluator(nodeName, policy, local).explain(other, packet))));
  }

  private PacketSender sender(
      IpAddress to, ClusterImage image, Node node, NodePolicy policy, Set<IpAddress> local) {
    if (from.isEmpty()) {
      return PacketSender.outside(to.family(), inInterface);
    }
    if (from.get().equals(NODE_ITSELF)) {
      if (inInterface.isPresent()) {
        throw wrong("--in-interface: what the node itself sends comes in by none");
      }
      return PacketSender.node(node, to, local);
    }
    IpAddress source = parsed(IpAddress::parse, from.get());
    return PacketSender.at(source, nodeName, image, policy.pods(), local, inInterface);
  }

  private <T, R> R parsed(Function<T, R> parser, T value) {
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
