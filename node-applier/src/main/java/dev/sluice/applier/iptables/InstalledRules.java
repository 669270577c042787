package dev.sluice.applier.iptables;

import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.program.Backend.Refusal;
import dev.sluice.applier.program.Backend.Repaired;
import dev.sluice.applier.program.Backend.Written;
import dev.sluice.applier.program.Comparison;
import dev.sluice.applier.program.Drift;
import dev.sluice.applier.program.KernelReading;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDiff;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What iptables holds of a program that no Service changes. While that is known and right, no tool
 * is run. Used by one thread.
 */
public final class InstalledRules {
  private final IptablesKernel kernel;
  private final Canary canary;
  private Optional<Program<IptablesKey, String>> installed = Optional.empty();
  private Optional<RulesReading> looking = Optional.empty();
  private final SortedMap<IptablesKey, String> stuck = new TreeMap<>();
  private final Set<FrontEnd> gone = new HashSet<>();

  public InstalledRules(IptablesTools tools, IpFamily family) {
    kernel = new IptablesKernel(tools, family);
    canary = new Canary(tools.flushSign(), family, EnumSet.allOf(Table.class));
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
    looking = Optional.empty(); // it rarely happens, and the next look is soon
    Program<IptablesKey, String> from =
        installed.isPresent() ? installed.get() : kernel.read(desired);
    installed = Optional.empty(); // until the kernel has accepted it
    while (true) {
      ProgramDiff<IptablesKey, String> diff = ProgramDiff.between(from, wanted(desired));
      gone.addAll(FoundFrontEnds.gone(from, diff));
      try {
        kernel.apply(from, diff);
        canary.afterWrite();
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

  /** Begins a look, as {@link dev.sluice.applier.program.Backend#look}. */
  public Optional<KernelReading> look() {
    looking = installed.map(known -> new RulesReading(kernel, known));
    return looking.map(KernelReading.class::cast);
  }

  /**
   * Repairs what the last look has found.
   *
   * @param desired what is in iptables but for that
   * @throws IOException as {@link #apply}
   */
  public Repaired repair(Program<IptablesKey, String> desired) throws IOException {
    if (looking.isEmpty()) {
      return Repaired.NOTHING;
    }
    Comparison<IptablesKey, String> comparison = looking.get().comparison();
    looking = Optional.empty();
    ProgramDiff<IptablesKey, String> diff = comparison.drift();
    if (diff.isEmpty()) {
      return Repaired.NOTHING;
    }
    Drift drift = Drift.of(comparison.found(), diff);
    installed = Optional.empty(); // until the kernel has accepted it
    try {
      kernel.apply(comparison.found(), diff);
    } catch (RefusedException e) {
      return new Repaired(apply(desired), drift); // which reads what there is by now
    }
    canary.afterWrite();
    installed = Optional.of(wanted(desired));
    return new Repaired(new Written(1, diff.size()), drift);
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
    looking = Optional.empty();
    canary.forget();
  }

  /**
   * Whether there is a sign that rules have been taken away.
   *
   * @throws IOException if the kernel can't be asked
   */
  public boolean flushed() throws IOException {
    return canary.takeFallen();
  }

  /** Lets go of what it holds of the process. */
  public void close() {
    canary.close();
  }

  private Program<IptablesKey, String> wanted(Program<IptablesKey, String> desired) {
    return StuckChains.kept(desired, stuck.keySet());
  }
}
