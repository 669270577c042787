package dev.sluice.applier.iptables;

import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDiff;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;

/** What one family's tables hold, read and written through the tools. Used by one thread. */
public final class IptablesKernel {
  private final IptablesTools tools;
  private final IpFamily family;

  public IptablesKernel(IptablesTools tools, IpFamily family) {
    this.tools = tools;
    this.family = family;
  }

  public IpFamily family() {
    return family;
  }

  /**
   * Reads all that is ours.
   *
   * @throws IOException if a tool fails, with its reason
   */
  public Program<IptablesKey, String> read() throws IOException {
    StringBuilder listing = new StringBuilder();
    for (Table table : Table.values()) {
      listing.append(tools.save(family, table));
    }
    return SavedRules.parse(listing.toString());
  }

  /**
   * Carries out a difference. Each table changes in one commit, or not at all.
   *
   * @throws IOException if the kernel refuses it; what is installed must be read back then, because
   *     the table before the refused one has been committed
   */
  public void apply(ProgramDiff<IptablesKey, String> diff) throws IOException {
    if (diff.isEmpty()) {
      return;
    }
    String script = RestoreScript.of(diff);
    Command.Result result = tools.restore(family, script);
    if (!result.ok()) {
      throw new IOException(
          "%s refused by the kernel: %s".formatted(family, RestoreError.of(result, script)));
    }
  }
}
