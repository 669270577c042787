package dev.sluice.applier.iptables;

import dev.sluice.applier.program.ObjectChange;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDiff;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Compares what one family's tables hold with a plan. Writes nothing. */
public final class IptablesVerification {
  private IptablesVerification() {}

  /**
   * What would have to change for the tables to hold what is planned.
   *
   * @throws IOException if the tool fails, with its reason
   */
  public static List<ObjectChange> changes(IptablesTools tools, IptablesPlan plan)
      throws IOException {
    Program<IptablesKey, String> found =
        new IptablesKernel(tools, plan.family()).read(plan.program());
    Set<IptablesKey> keys = ProgramDiff.between(found, plan.program()).keys();
    return IptablesPlans.lines().changes(found, plan.program(), keys);
  }
}
