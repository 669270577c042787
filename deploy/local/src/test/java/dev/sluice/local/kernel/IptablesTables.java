package dev.sluice.local.kernel;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.iptables.Command;
import dev.sluice.applier.iptables.IptablesBackend;
import dev.sluice.applier.iptables.IptablesCompiler;
import dev.sluice.applier.iptables.IptablesKernel;
import dev.sluice.applier.iptables.IptablesKernel.Removed;
import dev.sluice.applier.iptables.IptablesKey;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.Program;
import dev.sluice.events.model.Service;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A node's iptables, which a back end writes and a test looks at. For one thread. */
final class IptablesTables implements Installation {
  private final Flavour flavour;
  private final NodeConfig config;
  private final IptablesOptions options;
  private final Path lock;
  private final Command command;
  private final IptablesTools tools;

  /**
   * @param wrapper words before each tool that the back end runs
   */
  IptablesTables(
      NetworkNamespace node,
      Flavour flavour,
      NodeConfig config,
      IptablesOptions options,
      List<String> wrapper) {
    this.flavour = flavour;
    this.config = config;
    this.options = options;
    // namespaces would share the usual one
    lock = Path.of(System.getProperty("java.io.tmpdir"), node.name() + ".lock");
    List<String> prefix =
        List.of("nsenter", "--net=" + node.file(), "env", "XTABLES_LOCKFILE=" + lock);
    command = new Command(prefix, Duration.ofMinutes(1));
    List<String> wrapped = new ArrayList<>(wrapper);
    wrapped.addAll(prefix);
    tools = tools(new Command(wrapped, Duration.ofMinutes(1)));
  }

  private IptablesTools tools(Command with) {
    try {
      return IptablesTools.find(Optional.of(flavour.backend().variant()), with);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Backend start() {
    return new IptablesBackend(tools, flavour.family(), options);
  }

  @Override
  public Map<Object, Object> read() throws IOException {
    return Map.copyOf(program().objects());
  }

  @Override
  public Map<Object, Object> compiled(Cluster cluster) {
    return Map.copyOf(planned(cluster).objects());
  }

  @Override
  public String listing() throws IOException {
    return listed("filter") + listed("nat");
  }

  @Override
  public String trace(Service service) {
    return service.name() + ":";
  }

  /** What of ours the kernel holds. */
  Program<IptablesKey, String> program() throws IOException {
    return kernel().read();
  }

  /** What the kernel shall hold, compiled at one go. */
  Program<IptablesKey, String> planned(Cluster cluster) {
    IptablesCompiler compiler =
        new IptablesCompiler(flavour.family(), options, tools.randomFully());
    NodePolicy policy = cluster.policy(config);
    return compiler.update(compiler.start(policy), policy, cluster.virtualServers()).program();
  }

  /** All of a table as the save tool prints it. */
  private String save(String table) throws IOException {
    Command.Result result = command.run("", flavour.tool("save"), "-t", table);
    if (!result.ok()) {
      throw new IOException(result.reason());
    }
    return result.output();
  }

  /** All of a table but for dates and packet counts. */
  String listed(String table) throws IOException {
    return save(table)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.replaceFirst(" \\[\\d+:\\d+]$", ""))
        .collect(Collectors.joining("\n"));
  }

  @Override
  public void restore(String script) throws IOException {
    Command.Result result = restore(script, "--noflush", "-w");
    if (!result.ok()) {
      throw new IOException(result.reason());
    }
  }

  Command.Result restore(String script, String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of(flavour.tool("restore")));
    words.addAll(List.of(arguments));
    return command.run(script, words.toArray(String[]::new));
  }

  /** Takes all of ours out of the kernel. */
  Removed clear() throws IOException {
    return kernel().removeAll();
  }

  private IptablesKernel kernel() {
    return new IptablesKernel(tools(command), flavour.family());
  }

  /** The variant that a back end takes which isn't told any. */
  Variant inUse() throws IOException {
    return IptablesTools.find(Optional.empty(), command).variant();
  }

  Path lock() {
    return lock;
  }

  @Override
  public void close() throws IOException {
    var _ = clear();
    Files.deleteIfExists(lock);
  }
}
