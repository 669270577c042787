package dev.sluice.applier.cli;

import dev.sluice.applier.iptables.Command;
import dev.sluice.applier.iptables.IptablesKernel;
import dev.sluice.applier.iptables.IptablesKernel.Removed;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;

/**
 * Removes our chains and hooks.
 *
 * @param variant empty: of both
 */
record IptablesCleanup(Optional<Variant> variant) implements ModeCleanup {
  @Override
  public boolean remove(PrintWriter out, PrintWriter err) throws IOException {
    boolean all = true;
    for (Variant each : Variant.values()) {
      if (variant.isEmpty() || variant.get() == each) {
        all &= remove(IptablesTools.find(Optional.of(each), Command.HERE), out, err);
      }
    }
    return all;
  }

  private static boolean remove(IptablesTools tools, PrintWriter out, PrintWriter err)
      throws IOException {
    boolean all = true;
    for (IpFamily family : KernelOptions.families()) {
      Removed removed = new IptablesKernel(tools, family).removeAll();
      removed
          .kept()
          .forEach(
              (chain, reason) ->
                  err.printf("%s is empty now, but can't be removed: %s%n", chain, reason));
      all &= removed.kept().isEmpty();
      out.printf(
          "iptables-%s %s: %d objects removed%n", tools.variant(), family, removed.objects());
      out.flush();
      err.flush();
    }
    return all;
  }
}
