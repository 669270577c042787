package dev.sluice.applier.iptables;

import dev.sluice.applier.program.Comparison;
import dev.sluice.applier.program.KernelReading;
import dev.sluice.applier.program.Program;
import java.io.IOException;

/** A look at one family's rules, in one part: the tool lists all or nothing. */
final class RulesReading implements KernelReading {
  private final IptablesKernel kernel;
  private final Comparison<IptablesKey, String> comparison;

  /**
   * @param kernel only its tool is used, which any thread may run
   * @param installed what the kernel is known to hold
   */
  RulesReading(IptablesKernel kernel, Program<IptablesKey, String> installed) {
    this.kernel = kernel;
    comparison = new Comparison<>(installed);
  }

  Comparison<IptablesKey, String> comparison() {
    return comparison;
  }

  @Override
  public boolean step() throws IOException {
    comparison.found(kernel.read(comparison.expected()));
    return false;
  }
}
