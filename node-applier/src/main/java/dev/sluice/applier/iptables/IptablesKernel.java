package dev.sluice.applier.iptables;

import dev.sluice.applier.iptables.RefusedException.Place;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDiff;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What one family's tables hold, read and written through the tools. Used by one thread. */
public final class IptablesKernel {
  private static final String LOCK = "xtables lock";

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
    return read(Program.empty());
  }

  /**
   * Reads all that is ours.
   *
   * @param expected what is thought to be there; costs less memory the more of it is
   * @throws IOException if a tool fails, with its reason
   */
  public Program<IptablesKey, String> read(Program<IptablesKey, String> expected)
      throws IOException {
    SavedRules rules = new SavedRules(expected);
    // a table that is asked for by name would be made if it isn't there, and slow down every packet
    tools.save(family, rules::line);
    return rules.program();
  }

  /**
   * Carries out a difference, in one run of the tool.
   *
   * @param installed what the difference starts from
   * @throws RefusedException if the kernel refuses it; what is installed must be read back then,
   *     because what stands before the refused commit has been carried out
   * @throws IOException if the tool can't do its work at all
   */
  public void apply(Program<IptablesKey, String> installed, ProgramDiff<IptablesKey, String> diff)
      throws IOException {
    if (diff.isEmpty()) {
      return;
    }
    run(out -> RestoreScript.write(installed, diff, out));
  }

  /**
   * Has the tool write nothing: whether it could.
   *
   * @throws IOException if not
   */
  void check() throws IOException {
    run(out -> out.append(RestoreScript.NOTHING));
  }

  private void run(Command.Input script) throws IOException {
    Command.Result result = tools.restore(family, script);
    if (result.ok()) {
      return;
    } else if (result.errors().contains(LOCK)) {
      throw new IOException("%s: %s".formatted(family, result.reason()));
    }
    Optional<Place> place = RestoreError.place(result, script);
    String line = place.map(at -> ": " + at.line()).orElse("");
    throw new RefusedException(
        "%s refused by the kernel: %s%s".formatted(family, result.reason(), line), place);
  }

  /**
   * What a removal came to.
   *
   * @param objects how many were removed
   * @param kept chains that rules of others lead to, which are empty now, and the kernel's reasons
   */
  public record Removed(int objects, SortedMap<IptablesKey, String> kept) {}

  /**
   * Removes all that is ours.
   *
   * @throws IOException as {@link #read} and {@link #apply}
   */
  public Removed removeAll() throws IOException {
    SortedMap<IptablesKey, String> kept = new TreeMap<>();
    while (true) {
      Program<IptablesKey, String> installed = read();
      Program<IptablesKey, String> left = StuckChains.kept(Program.empty(), kept.keySet());
      ProgramDiff<IptablesKey, String> diff = ProgramDiff.between(installed, left);
      try {
        apply(installed, diff);
        return new Removed(diff.removed().size(), kept);
      } catch (RefusedException e) {
        IptablesKey chain =
            e.deletedChain().filter(key -> !kept.containsKey(key)).orElseThrow(() -> e);
        kept.put(chain, e.getMessage());
      }
    }
  }
}
