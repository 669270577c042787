package dev.sluice.applier.iptables;

import dev.sluice.applier.iptables.IptablesCompiler.Compilation;
import dev.sluice.applier.iptables.IptablesKey.ChainKey;
import dev.sluice.applier.iptables.RefusedException.Place;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDiff;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Writes what the kernel takes of a compilation that it has refused as a whole. Each Service whose
 * rules it refuses keeps those that it had; a chain that can't be removed, as rules of others lead
 * to it, is emptied. For one thread, once.
 */
final class Narrowing {
  /** With more of them than this, it is hardly the Services that are at fault. */
  private static final int MOST = 64;

  private final IptablesCompiler compiler;
  private final IptablesKernel kernel;
  private final Compilation good;
  private final SortedSet<ServiceName> suspects;
  private final SortedMap<ServiceName, String> refused = new TreeMap<>();
  private final SortedMap<IptablesKey, String> stuck = new TreeMap<>();
  private Compilation target;

  /**
   * @param good what the kernel took before
   * @param target what it has refused
   * @param changed the Services in which they differ
   * @param known chains that can't be removed, with reasons, from before
   */
  Narrowing(
      IptablesCompiler compiler,
      IptablesKernel kernel,
      Compilation good,
      Compilation target,
      Set<ServiceName> changed,
      Map<IptablesKey, String> known) {
    this.compiler = compiler;
    this.kernel = kernel;
    this.good = good;
    this.target = target;
    suspects = new TreeSet<>(changed);
    stuck.putAll(known);
  }

  /**
   * What it came to.
   *
   * @param accepted without what was refused
   * @param installed what the kernel holds
   * @param refused the Services, with reasons
   * @param stuck chains that can't be removed, with reasons
   * @param objects how many were written by the last commit
   */
  record Result(
      Compilation accepted,
      Program<IptablesKey, String> installed,
      SortedMap<ServiceName, String> refused,
      SortedMap<IptablesKey, String> stuck,
      int objects) {}

  /**
   * Finds out, and writes the rest.
   *
   * @param first what the kernel said to the whole
   * @throws IOException if it is not a few Services' fault
   */
  Result run(RefusedException first) throws IOException {
    RefusedException refusal = first;
    while (true) {
      learn(refusal);
      Program<IptablesKey, String> installed = kernel.read(target.program());
      Program<IptablesKey, String> wanted = StuckChains.kept(target.program(), stuck.keySet());
      ProgramDiff<IptablesKey, String> diff = ProgramDiff.between(installed, wanted);
      try {
        kernel.apply(installed, diff);
        return new Result(target, wanted, refused, stuck, diff.size());
      } catch (RefusedException e) {
        refusal = e;
      }
    }
  }

  private void learn(RefusedException refusal) throws IOException {
    Optional<IptablesKey> chain = refusal.deletedChain().filter(key -> !stuck.containsKey(key));
    if (chain.isPresent()) {
      stuck.put(chain.get(), refusal.getMessage());
      return;
    }
    Set<ServiceName> found = refusal.place().flatMap(this::owner).map(Set::of).orElseGet(Set::of);
    if (found.isEmpty()) {
      kernel.check();
      found = find(List.copyOf(suspects), with(target, suspects, good));
    }
    if (found.isEmpty() || refused.size() + found.size() > MOST) {
      throw refusal;
    }
    found.forEach(name -> refused.put(name, String.valueOf(refusal.getMessage())));
    suspects.removeAll(found);
    target = with(target, found, good);
  }

  /** The Service whose rule or chain it is. */
  private Optional<ServiceName> owner(Place place) {
    String[] words = place.line().split(" ", 3);
    String chain =
        words[0].startsWith(":") ? words[0].substring(1) : words.length > 1 ? words[1] : "";
    String rule = words.length > 2 ? words[2] : "";
    return suspects.stream()
        .filter(name -> holds(target.rules(name), new ChainKey(place.table(), chain), rule))
        .findFirst();
  }

  private static boolean holds(ServiceRules rules, ChainKey chain, String rule) {
    return rules.chains().containsKey(chain)
        || rules.entries().stream()
            .anyMatch(entry -> entry.tree().table() == chain.table() && entry.rule().equals(rule));
  }

  /**
   * Those of a group that the kernel refuses, each by itself.
   *
   * @param without the target with all suspects' rules as they were
   */
  private SortedSet<ServiceName> find(List<ServiceName> group, Compilation without)
      throws IOException {
    SortedSet<ServiceName> found = new TreeSet<>();
    if (group.isEmpty() || taken(group, without)) {
      return found;
    }
    if (group.size() == 1) {
      found.addAll(group);
      return found;
    }
    int half = group.size() / 2;
    found.addAll(find(group.subList(0, half), without));
    if (found.size() <= MOST) {
      found.addAll(find(group.subList(half, group.size()), without));
    }
    return found;
  }

  /** Adds a group's rules to those that stand, taking none away. */
  private boolean taken(List<ServiceName> group, Compilation without) throws IOException {
    Program<IptablesKey, String> trial = with(without, group, target).program();
    Program<IptablesKey, String> installed = kernel.read(trial);
    try {
      kernel.apply(
          installed, RestoreScript.additions(installed, ProgramDiff.between(installed, trial)));
      return true;
    } catch (RefusedException e) {
      return false;
    }
  }

  /** A compilation with some Services' rules as they are in another one. */
  private Compilation with(
      Compilation compilation, Iterable<ServiceName> names, Compilation source) {
    Map<ServiceName, ServiceRules> rules = new HashMap<>();
    names.forEach(name -> rules.put(name, source.rules(name)));
    return compiler.replace(compilation, compilation.policy(), rules);
  }
}
