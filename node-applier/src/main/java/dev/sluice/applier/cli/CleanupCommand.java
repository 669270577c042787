package dev.sluice.applier.cli;

import dev.sluice.applier.iptables.IptablesKernel;
import dev.sluice.applier.iptables.IptablesKernel.Removed;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.host.Launch;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice cleanup}: removes all that is ours, and nothing else. */
@Command(
    name = "cleanup",
    mixinStandardHelpOptions = true,
    description = {
      "Removes Sluice's rules from this node's kernel, and nothing else.",
      "Stop the applier before."
    },
    footer = {"", "Example:", "  sluice cleanup --proxy-mode iptables"})
final class CleanupCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--proxy-mode",
      required = true,
      paramLabel = "MODE",
      converter = ProxyOptions.ModeConverter.class,
      description = "What to remove: iptables, of either variant unless one is named.")
  private ProxyOptions.ProxyMode mode = ProxyOptions.ProxyMode.IPTABLES;

  @Option(
      names = "--iptables-variant",
      paramLabel = "VARIANT",
      description = "legacy or nft. Default: both.")
  private Optional<Variant> variant = Optional.empty();

  @Override
  public Integer call() throws IOException {
    boolean all = true;
    for (Variant each : Variant.values()) {
      if (variant.isEmpty() || variant.get() == each) {
        all &=
            remove(IptablesTools.find(Optional.of(each), dev.sluice.applier.iptables.Command.HERE));
      }
    }
    return all ? 0 : Launch.FAILED;
  }

  /** Whether nothing is left. */
  private boolean remove(IptablesTools tools) throws IOException {
    boolean all = true;
    for (IpFamily family : KernelOptions.families()) {
      Removed removed = new IptablesKernel(tools, family).removeAll();
      removed
          .kept()
          .forEach(
              (chain, reason) ->
                  spec.commandLine()
                      .getErr()
                      .printf("%s is empty now, but can't be removed: %s%n", chain, reason));
      all &= removed.kept().isEmpty();
      spec.commandLine()
          .getOut()
          .printf(
              "%s %s: %d objects removed%n",
              mode.toString().toLowerCase(java.util.Locale.ROOT) + "-" + tools.variant(),
              family,
              removed.objects());
      spec.commandLine().getOut().flush();
      spec.commandLine().getErr().flush();
    }
    return all;
  }
}
