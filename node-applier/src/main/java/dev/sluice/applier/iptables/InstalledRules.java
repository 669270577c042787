package dev.sluice.applier.iptables;

import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.program.Backend.Refusal;
import dev.sluice.applier.program.Backend.Written;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDiff;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What iptables holds of a program that no Service changes. While that is known and right, no tool
 * is run. Used by one thread.
 */
public final class InstalledRules {
  private static final Logger LOG = LoggerFactory.getLogger(InstalledRules.class);

  private final IptablesKernel kernel;
  private Optional<Program<IptablesKey, String>> installed = Optional.empty();
  private final SortedMap<IptablesKey, String> stuck = new TreeMap<>();
  private final Set<FrontEnd> gone = new HashSet<>();

  public InstalledRules(IptablesTools tools, IpFamily family) {
    kernel = new IptablesKernel(tools, family);
  }

  /**
   * Brings iptables to a program; reads what it holds first where that is not known.
   *
   * @throws IOException if a tool fails or the kernel refuses; what it holds is not known then
   */
  public Written apply(Program<IptablesKey, String> desired) throws IOException {
    if (installed.isPresent() && installed.get().equals(wanted(desired))) {
      return Written.NOTHING;
    }
    Program<IptablesKey, String> from =
        installed.isPresent() ? installed.get() : kernel.read(desired);
    installed = Optional.empty(); // until the kernel has accepted it
    while (true) {
      ProgramDiff<IptablesKey, String> diff = ProgramDiff.between(from, wanted(desired));
      gone.addAll(FoundFrontEnds.gone(from, diff));
      try {
        kernel.apply(from, diff);
        installed = Optional.of(wanted(desired));
        return diff.isEmpty() ? Written.NOTHING : new Written(1, diff.size());
      } catch (RefusedException e) {
        IptablesKey chain =
            e.deletedChain().filter(key -> !stuck.containsKey(key)).orElseThrow(() -> e);
        stuck.put(chain, String.valueOf(e.getMessage()));
        from = kernel.read(desired);
      }
    }
  }

  /**
   * Reads back what iptables holds, and repairs what differs.
   *
   * @throws IOException as {@link #apply}
   */
  public Written repair(Program<IptablesKey, String> desired) throws IOException {
    installed = Optional.empty();
    Written written = apply(desired);
    if (written.objects() > 0) {
      LOG.warn("drift family={} rules objects={}", kernel.family(), written.objects());
    }
    return written;
  }

  /** UDP front ends of rules that a mode before had; each is told once. */
  public Set<FrontEnd> takeGoneUdp() {
    Set<FrontEnd> taken = Set.copyOf(gone);
    gone.clear();
    return taken;
  }

  /** Chains that can't be removed, since rules of others lead to them; they are empty. */
  public List<Refusal> refusals() {
    return stuck.entrySet().stream()
        .map(chain -> new Refusal("removal of " + chain.getKey(), chain.getValue()))
        .toList();
  }

  /** Forgets which chains could not be removed: they may go by now. */
  public void retry() {
    stuck.clear();
  }

  /** Another program writes these tables from now on. */
  public void forget() {
    installed = Optional.empty();
  }

  private Program<IptablesKey, String> wanted(Program<IptablesKey, String> desired) {
    return StuckChains.kept(desired, stuck.keySet());
  }
}
