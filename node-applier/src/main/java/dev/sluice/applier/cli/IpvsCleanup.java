package dev.sluice.applier.cli;

import dev.sluice.applier.ipvs.Exclusions;
import dev.sluice.applier.ipvs.IpvsRemoval;
import dev.sluice.applier.ipvs.NodeKernel;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.io.PrintWriter;

/**
 * Removes our virtual servers, their addresses and sets, and the rules that ask those.
 *
 * @param rules removes the rules, which must go first
 */
record IpvsCleanup(IptablesCleanup rules, Exclusions exclusions) implements ModeCleanup {
  @Override
  public boolean remove(PrintWriter out, PrintWriter err) throws IOException {
    boolean all = rules.remove(out, err);
    try (NodeKernel kernel = new NodeKernel()) {
      for (IpFamily family : KernelOptions.families()) {
        int removed = IpvsRemoval.removeAll(kernel, family, exclusions);
        out.printf("ipvs %s: %d objects removed%n", family, removed);
        out.flush();
      }
    }
    return all;
  }
}
