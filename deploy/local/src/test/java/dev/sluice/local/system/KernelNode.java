package dev.sluice.local.system;

import dev.sluice.applier.iptables.Command;
import dev.sluice.applier.iptables.IptablesBackend;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.applier.ipvs.IpvsOptions;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.ModeAbilities;
import dev.sluice.applier.runtime.ModeBackends;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.local.lab.NamespacedBackend;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A network namespace whose tables an applier of this JVM writes, by the tools of one variant. It
 * keeps a record of every call of a tool, so that a test need not believe what the applier counts.
 */
final class KernelNode implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final Variant variant;
  private final NetworkNamespace namespace;
  private final Path folder;

  private KernelNode(Variant variant, NetworkNamespace namespace, Path folder) {
    this.variant = variant;
    this.namespace = namespace;
    this.folder = folder;
  }

  static KernelNode create(Variant variant) throws IOException {
    Path folder = Files.createTempDirectory("sluice-node");
    Files.createFile(folder.resolve("calls"));
    return new KernelNode(variant, NetworkNamespace.create("node"), folder);
  }

  /** What the restore tool of a family was given so far, one script after the other. */
  List<String> scripts(IpFamily family) throws IOException {
    Path scripts = folder.resolve(tool(family, "restore"));
    return Files.exists(scripts) ? Files.readAllLines(scripts) : List.of();
  }

  private String tool(IpFamily family, String what) {
    return (family == IpFamily.IPV4 ? "iptables-" : "ip6tables-") + variant + "-" + what;
  }

  /** New backends of both families, which know nothing of what the kernel has. */
  List<IptablesBackend> backends() throws IOException {
    return backends(tools(), IptablesOptions.DEFAULTS);
  }

  private IptablesTools tools() throws IOException {
    String record = "echo \"$@\" >>" + folder.resolve("calls");
    String enter =
        "ip netns exec %s env XTABLES_LOCKFILE=%s \"$@\""
            .formatted(namespace.name(), folder.resolve("lock"));
    String run =
        "case $1 in *-restore) tee -a %s/$1 | %s;; *) exec %s;; esac"
            .formatted(folder, enter, enter);
    Command command = new Command(List.of("sh", "-c", record + "; " + run, "sh"), LIMIT);
    return IptablesTools.find(Optional.of(variant), command);
  }

  /** Back ends of both modes, which know nothing of what the kernel has. */
  ModeBackends modes() throws IOException {
    return modes(IptablesOptions.DEFAULTS, IpvsOptions.DEFAULTS);
  }

  /** The same with options. */
  ModeBackends modes(IptablesOptions iptables, IpvsOptions ipvs) throws IOException {
    IptablesTools tools = tools();
    return new ModeBackends() {
      @Override
      public List<IpFamily> families() {
        return List.of(IpFamily.values());
      }

      @Override
      public ModeAbilities abilities() {
        return new ModeAbilities(Map.of());
      }

      @Override
      public List<Backend> start(ProxyMode mode) {
        return switch (mode) {
          case IPTABLES -> List.copyOf(backends(tools, iptables));
          case IPVS -> ipvs(tools, ipvs);
        };
      }
    };
  }

  private List<Backend> ipvs(IptablesTools tools, IpvsOptions options) {
    return Arrays.stream(IpFamily.values())
        .<Backend>map(family -> NamespacedBackend.ipvs(namespace, family, tools, options))
        .toList();
  }

  /** All virtual servers, as the tool saves them. */
  List<String> virtualServers() {
    return namespace.exec("ipvsadm", "-Sn").orThrow().out().lines().toList();
  }

  /** The names of all sets. */
  List<String> sets() {
    return namespace.exec("ipset", "-n", "list").orThrow().out().lines().toList();
  }

  private static List<IptablesBackend> backends(IptablesTools tools, IptablesOptions options) {
    return Arrays.stream(IpFamily.values())
        .map(family -> new IptablesBackend(tools, family, options))
        .toList();
  }

  /** How often a tool that writes was called. */
  long writes() throws IOException {
    return calls("-restore");
  }

  /** How often a tool that reads was called. */
  long reads() throws IOException {
    return calls("-save");
  }

  private long calls(String what) throws IOException {
    return Files.readAllLines(folder.resolve("calls")).stream()
        .filter(line -> line.contains(what))
        .count();
  }

  /** All tables of both families as the tools save them, without counters and times. */
  String rules() {
    return Arrays.stream(IpFamily.values()).map(this::rules).collect(Collectors.joining());
  }

  String rules(IpFamily family) {
    return namespace
        .exec(tool(family, "save"))
        .orThrow()
        .out()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.replaceFirst(" \\[\\d+:\\d+]$", ""))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** The rules alone, without tables and chains, which may be left behind empty. */
  List<String> ruleLines() {
    return rules().lines().filter(KernelNode::isRule).toList();
  }

  static boolean isRule(String line) {
    return line.startsWith("-A ");
  }

  /** Asks the variant's restore tool whether the kernel would take a file. */
  void testRestore(IpFamily family, Path file) {
    var _ =
        namespace
            .exec(
                "env",
                "XTABLES_LOCKFILE=" + folder.resolve("lock"),
                tool(family, "restore"),
                "--test",
                file.toString())
            .orThrow();
  }

  NetworkNamespace namespace() {
    return namespace;
  }

  /** Runs the variant's iptables, as somebody else on the node would. */
  void iptables(String... arguments) {
    String[] command = new String[arguments.length + 3];
    command[0] = "env";
    command[1] = "XTABLES_LOCKFILE=" + folder.resolve("lock");
    command[2] = "iptables-" + variant;
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    var _ = namespace.exec(command).orThrow();
  }

  @Override
  public void close() {
    namespace.close();
    try {
      Folders.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
