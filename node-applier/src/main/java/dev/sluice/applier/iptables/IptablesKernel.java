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
   * Carries out a difference, in one run of the tool.
   *
   * @param installed what the difference starts from
   * @throws IOException if the kernel refuses it; what is installed must be read back then, because
   *     what stands before the refused commit has been carried out
   */
  public void apply(Program<IptablesKey, String> installed, ProgramDiff<IptablesKey, String> diff)
      throws IOException {
    if (diff.isEmpty()) {
      return;
    }
    String script = RestoreScript.of(installed, diff);
    Command.Result result = tools.restore(family, script);
    if (!result.ok()) {
      throw new IOException(
          "%s refused by the kernel: %s".formatted(family, RestoreError.of(result, script)));
    }
  }

  /**
   * Removes all that is ours.
   *
   * @return how many objects were removed
   * @throws IOException as {@link #read} and {@link #apply}
   */
  public int removeAll() throws IOException {
    Program<IptablesKey, String> installed = read();
    ProgramDiff<IptablesKey, String> diff = ProgramDiff.between(installed, Program.empty());
    apply(installed, diff);
    return diff.size();
  }
}
