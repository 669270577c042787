package dev.sluice.local.kernel;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.iptables.Command;
import dev.sluice.applier.iptables.IptablesKernel;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.applier.ipvs.Exclusions;
import dev.sluice.applier.ipvs.Found;
import dev.sluice.applier.ipvs.FoundDestination;
import dev.sluice.applier.ipvs.IpvsBackend;
import dev.sluice.applier.ipvs.IpvsKey;
import dev.sluice.applier.ipvs.IpvsOptions;
import dev.sluice.applier.ipvs.IpvsPlan;
import dev.sluice.applier.ipvs.IpvsSysctls;
import dev.sluice.applier.ipvs.NodeFacts;
import dev.sluice.applier.ipvs.NodeKernel;
import dev.sluice.applier.ipvs.NodeReader;
import dev.sluice.applier.ipvs.ServerKey;
import dev.sluice.applier.program.Backend.Leaving;
import dev.sluice.applier.program.Program;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.Service;
import dev.sluice.local.lab.NamespacedBackend;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A node's IPVS, which a back end writes and a test looks at. For one thread. */
final class IpvsServers implements Installation {
  private final NetworkNamespace node;
  private final Flavour flavour;
  private final NodeConfig config;
  private final IpvsBackend.Settings settings;
  private final Clock clock;
  private final Path lock;
  private final Command command;
  private final IptablesTools tools;
  private final NodeKernel kernel = new NodeKernel();

  IpvsServers(NetworkNamespace node, Flavour flavour, NodeConfig config, IptablesOptions rules) {
    this(
        node,
        flavour,
        config,
        settings(new IpvsOptions("rr", rules), Exclusions.NONE, Duration.ofMinutes(15)),
        Clock.systemUTC());
  }

  /**
   * @param clock tells the back end when time is over
   */
  IpvsServers(
      NetworkNamespace node,
      Flavour flavour,
      NodeConfig config,
      IpvsBackend.Settings settings,
      Clock clock) {
    this.node = node;
    this.config = config;
    this.flavour = flavour;
    this.settings = settings;
    this.clock = clock;
    lock = Path.of(System.getProperty("java.io.tmpdir"), node.name() + ".lock");
    command =
        new Command(
            List.of("nsenter", "--net=" + node.file(), "env", "XTABLES_LOCKFILE=" + lock),
            Duration.ofMinutes(1));
    try {
      tools = IptablesTools.find(Optional.of(flavour.backend().variant()), command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those of a node whose destinations, and all that is left, go after a period at the latest. */
  static IpvsBackend.Settings settings(
      IpvsOptions options, Exclusions exclusions, Duration period) {
    return new IpvsBackend.Settings(options, exclusions, false, period, period);
  }

  @Override
  public NamespacedBackend start() {
    return backend(settings);
  }

  @Override
  public Map<Object, Object> read() throws IOException {
    Map<Object, Object> all =
        new HashMap<>(new IptablesKernel(tools, flavour.family()).read().objects());
    all.putAll(found().program().objects());
    return all;
  }

  private Found found() throws IOException {
    return node.<Found, IOException>call(
        () -> new NodeReader(kernel, flavour.family()).read(Program.empty(), Exclusions.NONE));
  }

  @Override
  public Map<Object, Object> compiled(Cluster cluster) throws IOException {
    NodeFacts facts = new NodeFacts(cluster.policy(config), found().addresses());
    IpvsPlan plan =
        IpvsPlan.of(flavour.family(), settings.options(), facts, cluster.virtualServers());
    Map<Object, Object> all = new HashMap<>(plan.rules().objects());
    all.putAll(plan.program().objects());
    return all;
  }

  @Override
  public String listing() {
    return List.of(
            List.of(flavour.tool("save")),
            List.of("ipset", "-o", "save", "list"),
            List.of("ipvsadm", "-Sn"),
            List.of("ip", "-o", "address", "show", "dev", "kube-ipvs0"))
        .stream()
        .flatMap(
            words ->
                node.exec(words.toArray(String[]::new))
                    .out()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.replaceFirst(" \\[\\d+:\\d+]$", ""))
                    .sorted())
        .collect(Collectors.joining("\n"));
  }

  @Override
  public String trace(Service service) {
    return "NODE-PORT-TCP " + service.ports().getFirst().nodePort();
  }

  @Override
  public void restore(String script) throws IOException {
    Command.Result result = command.run(script, flavour.tool("restore"), "--noflush", "-w");
    if (!result.ok()) {
      throw new IOException(result.reason());
    }
  }

  /** What of ours the kernel has besides rules, each as a word or two. */
  Set<String> objects() throws IOException {
    return found().program().objects().keySet().stream()
        .map(IpvsKey::toString)
        .collect(Collectors.toSet());
  }

  /** By destination address, the weights that a virtual server has, whoever made it. */
  Map<InetAddress, Integer> weights(Protocol protocol, InetSocketAddress server)
      throws IOException {
    return destinations(protocol, server).stream()
        .collect(
            Collectors.toMap(
                found -> InetAddress.ofLiteral(found.server().address().toString()),
                FoundDestination::weight));
  }

  /** The device with Services' addresses, as ip lists it; empty if there is none. */
  String device() {
    return node.exec("ip", "-o", "link", "show", "dev", "kube-ipvs0").out();
  }

  private List<FoundDestination> destinations(Protocol protocol, InetSocketAddress server)
      throws IOException {
    IpAddress address = IpAddress.parse(server.getAddress().getHostAddress());
    ServerKey key = new ServerKey.ToAddress(protocol, address, server.getPort());
    return node.<List<FoundDestination>, IOException>call(() -> kernel.servers().destinations(key));
  }

  private NamespacedBackend backend(IpvsBackend.Settings with) {
    return new NamespacedBackend(
        node,
        new IpvsBackend(
            with, flavour.family(), tools, kernel, new IpvsSysctls(Path.of("/")), clock));
  }

  @Override
  public void close() throws IOException {
    var _ = new IptablesKernel(tools, flavour.family()).removeAll();
    Leaving left =
        backend(settings(settings.options(), settings.exclusions(), Duration.ZERO)).leave();
    node.run(kernel::close);
    Files.deleteIfExists(lock);
    if (left != Leaving.DONE) {
      throw new IOException("something of IPVS is left");
    }
  }
}
