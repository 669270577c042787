package dev.sluice.applier.cli;

import dev.sluice.applier.conntrack.ConntrackLimits;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.iptables.Command.Result;
import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.applier.ipvs.IpvsSysctls;
import dev.sluice.applier.preparation.KernelModule;
import dev.sluice.applier.preparation.KernelModules;
import dev.sluice.applier.preparation.ModuleLoader;
import dev.sluice.applier.preparation.Preparation;
import dev.sluice.applier.preparation.Sysctl;
import dev.sluice.applier.preparation.SysctlFiles;
import dev.sluice.events.model.ProxyMode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice prepare-node}: what an applier without privileges can't do for itself. */
@Command(
    name = "prepare-node",
    mixinStandardHelpOptions = true,
    description = {
      "Loads the kernel modules and sets the kernel parameters that an applier with these flags",
      "needs. Takes the flags of apply that it depends on. Once before it, in a privileged container",
      "that has the host's network and /lib/modules; a second time changes nothing."
    },
    footer = {
      "",
      "Exit code 0: all is there; 1: something is not, and is named.",
      "",
      "Examples:",
      "  sluice prepare-node --proxy-mode ipvs --ipvs-strict-arp",
      "  sluice prepare-node --proxy-mode iptables --dry-run"
    })
final class PrepareNodeCommand implements Callable<Integer> {
  /** How to call it, for whoever misses something. */
  static final String NAME = "sluice prepare-node";

  private static final Path ROOT = Path.of("/");

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ProxyOptions proxy = new ProxyOptions();
  @Mixin private KernelOptions kernel = new KernelOptions();
  @Mixin private IpvsFlags ipvs = new IpvsFlags();
  @Mixin private ConntrackOptions conntrack = new ConntrackOptions();

  @Option(names = "--dry-run", description = "Change nothing; print what would be changed.")
  private boolean dryRun;

  @Override
  public Integer call() throws IOException {
    NodeConfig config = proxy.node(spec.commandLine());
    ConntrackLimits limits = conntrack.limits(spec.commandLine());
    var _ = ipvs.options(spec.commandLine(), proxy.iptables(spec.commandLine()));
    boolean legacy = kernel.tools().variant() == Variant.LEGACY;
    Optional<ProxyMode> mode = proxy.mode.named();
    List<KernelModule> modules =
        KernelModules.of(mode, legacy, KernelOptions.families(), ipvs.scheduler);
    PrintWriter out = spec.commandLine().getOut();
    Preparation preparation =
        new Preparation(
            new ModuleLoader(ROOT, PrepareNodeCommand::modprobe),
            new SysctlFiles(ROOT),
            dryRun,
            out::println);
    modules.forEach(preparation::load);
    // after the modules, which bring their parameters
    sysctls(mode, config, limits).forEach(preparation::set);
    out.println(preparation.summary());
    out.flush();
    if (!preparation.missing().isEmpty()) {
      throw new IOException("not there: " + String.join(", ", preparation.missing()));
    }
    return 0;
  }

  private List<Sysctl> sysctls(
      Optional<ProxyMode> mode, NodeConfig config, ConntrackLimits limits) {
    List<Sysctl> wanted = new ArrayList<>();
    wanted.add(NodeCheck.FORWARD);
    if (!mode.equals(Optional.of(ProxyMode.IPVS))) {
      LocalhostNodePorts.wanted(config).ifPresent(wanted::add);
    }
    // auto may come to mean IPVS, on a node that can do it
    boolean able = mode.isEmpty() && Files.exists(ROOT.resolve("proc/sys/net/ipv4/vs"));
    if (able || mode.equals(Optional.of(ProxyMode.IPVS))) {
      wanted.addAll(new IpvsSysctls(ROOT).wanted(ipvs.strictArp));
    }
    wanted.addAll(limits.sysctls(Runtime.getRuntime().availableProcessors()));
    return wanted.stream().distinct().toList();
  }

  private static Optional<String> modprobe(List<String> words) throws IOException {
    List<String> command = new ArrayList<>(List.of("modprobe", "--"));
    command.addAll(words);
    Result result =
        dev.sluice.applier.iptables.Command.HERE.run("", command.toArray(String[]::new));
    return result.ok() ? Optional.empty() : Optional.of(result.reason());
  }
}
