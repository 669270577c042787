package dev.sluice.applier.ipvs;

import dev.sluice.applier.iptables.IptablesKernel;
import dev.sluice.applier.iptables.IptablesKey;
import dev.sluice.applier.iptables.IptablesPlans;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.applier.program.ObjectChange;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDiff;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Compares what one family's kernel holds of IPVS with a plan. Writes nothing; for one thread. */
public final class IpvsVerification {
  private final NodeKernel kernel;
  private final IptablesTools tools;
  private final Exclusions exclusions;

  /**
   * @param kernel is closed by others
   * @param exclusions whose virtual servers are not taken for ours for how they look
   */
  public IpvsVerification(NodeKernel kernel, IptablesTools tools, Exclusions exclusions) {
    this.kernel = kernel;
    this.tools = tools;
    this.exclusions = exclusions;
  }

  /** The addresses of the node's interfaces, but for those that Services have there. */
  public Set<IpAddress> addresses() throws IOException {
    return new NodeReader(kernel, IpFamily.IPV4).addresses();
  }

  /**
   * What would have to change for the kernel to hold what is planned; what it has for connections
   * that are open only, stays.
   *
   * @throws IOException if the kernel can't be read
   */
  public List<ObjectChange> changes(IpvsPlan plan) throws IOException {
    Program<IptablesKey, String> rules =
        new IptablesKernel(tools, plan.family()).read(plan.rules());
    List<ObjectChange> changes =
        new ArrayList<>(
            IptablesPlans.lines()
                .changes(rules, plan.rules(), ProgramDiff.between(rules, plan.rules()).keys()));
    Program<IpvsKey, IpvsObject> found =
        new NodeReader(kernel, plan.family()).read(plan.program(), exclusions).program();
    Set<IpvsKey> keys = ProgramDiff.between(found, plan.program()).keys();
    Set<IpvsKey> closing = Closing.of(found);
    keys.removeIf(key -> plan.program().get(key).isEmpty() && closing.contains(key));
    changes.addAll(IpvsPlans.lines(plan.family()).changes(found, plan.program(), keys));
    return changes;
  }
}
