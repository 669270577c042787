package dev.sluice.local.kernel;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.iptables.Command;
import dev.sluice.applier.iptables.IptablesKernel;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.applier.ipvs.Exclusions;
import dev.sluice.applier.ipvs.Found;
import dev.sluice.applier.ipvs.IpvsBackend;
import dev.sluice.applier.ipvs.IpvsOptions;
import dev.sluice.applier.ipvs.IpvsPlan;
import dev.sluice.applier.ipvs.IpvsSysctls;
import dev.sluice.applier.ipvs.NodeFacts;
import dev.sluice.applier.ipvs.NodeKernel;
import dev.sluice.applier.ipvs.NodeReader;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.Backend.Leaving;
import dev.sluice.applier.program.Program;
import dev.sluice.events.model.Service;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A node's IPVS, which a back end writes and a test looks at. For one thread. */
final class IpvsServers implements Installation {
  private final NetworkNamespace node;
  private final Flavour flavour;
  private final NodeConfig config;
  private final IpvsOptions options;
  private final Path lock;
  private final Command command;
  private final IptablesTools tools;
  private final NodeKernel kernel = new NodeKernel();

  IpvsServers(NetworkNamespace node, Flavour flavour, NodeConfig config, IptablesOptions rules) {
    this.node = node;
    this.config = config;
    this.flavour = flavour;
    options = new IpvsOptions("rr", rules);
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

  @Override
  public Backend start() {
    return backend(Duration.ofMinutes(15));
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
    IpvsPlan plan = IpvsPlan.of(flavour.family(), options, facts, cluster.virtualServers());
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

  private NamespacedBackend backend(Duration period) {
    IpvsBackend.Settings settings =
        new IpvsBackend.Settings(options, Exclusions.NONE, false, period, period);
    return new NamespacedBackend(
        node,
        new IpvsBackend(
            settings,
            flavour.family(),
            tools,
            kernel,
            new IpvsSysctls(Path.of("/")),
            Clock.systemUTC()));
  }

  @Override
  public void close() throws IOException {
    var _ = new IptablesKernel(tools, flavour.family()).removeAll();
    Leaving left = backend(Duration.ZERO).leave();
    node.run(kernel::close);
    Files.deleteIfExists(lock);
    if (left != Leaving.DONE) {
      throw new IOException("something of IPVS is left");
    }
  }
}
