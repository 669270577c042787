package dev.sluice.applier.iptables;

import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.IptablesKey.ChainKey;
import dev.sluice.applier.iptables.PrefixTree.Jumps;
import dev.sluice.applier.iptables.PrefixTree.Rules;
import dev.sluice.applier.iptables.PrefixTree.Slot;
import dev.sluice.applier.program.Program;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * From forwarding to the iptables program of one family. Pure: a compilation is immutable, and one
 * of changed Services is made from the one before at the cost of the change.
 */
public final class IptablesCompiler {
  private final IpFamily family;
  private final Skeleton skeleton;

  /**
   * @param randomFully whether the tool can spread masqueraded source ports at random
   */
  public IptablesCompiler(IpFamily family, IptablesOptions options, boolean randomFully) {
    this.family = family;
    skeleton = new Skeleton(family, options, randomFully);
  }

  /**
   * A program with what it takes to change it.
   *
   * @param changed the keys whose objects may differ from those of the compilation before
   */
  public record Compilation(
      NodePolicy policy,
      Program<IptablesKey, String> program,
      Set<IptablesKey> changed,
      PMap<ServiceName, ServiceRules> services,
      Map<Tree, PrefixTree> trees) {
    /** What a Service adds; nothing if it isn't there. */
    ServiceRules rules(ServiceName name) {
      return services.getOrDefault(name, ServiceRules.NONE);
    }
  }

  /** The compilation of no Service at all. */
  public Compilation start(NodePolicy policy) {
    Map<Tree, PrefixTree> trees = new EnumMap<>(Tree.class);
    Program<IptablesKey, String> program = Program.empty();
    for (Map.Entry<IptablesKey, String> object : skeleton.objects(policy).entrySet()) {
      program = program.plus(object.getKey(), object.getValue());
    }
    for (Tree tree : Tree.values()) {
      trees.put(tree, PrefixTree.EMPTY);
      program =
          program.plus(
              tree.chain(family, Slot.ROOT),
              lines(tree, PrefixTree.EMPTY, Slot.ROOT, policy).orElseThrow());
    }
    Set<IptablesKey> changed = Set.copyOf(program.objects().keySet());
    return new Compilation(policy, program, changed, HashTreePMap.empty(), trees);
  }

  /**
   * The compilation after some Services have changed.
   *
   * @param servers the virtual servers of each changed Service; none where it is gone. All Services
   *     where the policy is another than before
   * @throws IllegalArgumentException if the policy is another and a Service is missing
   */
  public Compilation update(
      Compilation before, NodePolicy policy, Map<ServiceName, List<VirtualServer>> servers) {
    if (!policy.equals(before.policy) && !servers.keySet().containsAll(before.services.keySet())) {
      throw new IllegalArgumentException("another policy, but not all Services");
    }
    Map<ServiceName, ServiceRules> rules = new HashMap<>();
    servers.forEach((name, all) -> rules.put(name, ServiceRules.of(all, family, policy)));
    return replace(before, policy, rules);
  }

  /**
   * The compilation with other rules for some Services.
   *
   * @param replaced by Service; those without any are gone
   */
  Compilation replace(
      Compilation before, NodePolicy policy, Map<ServiceName, ServiceRules> replaced) {
    PMap<ServiceName, ServiceRules> services = before.services;
    Map<Tree, PrefixTree> trees = new EnumMap<>(before.trees);
    Set<IptablesKey> changed = new HashSet<>();
    Program<IptablesKey, String> program = before.program;
    if (!policy.equals(before.policy)) {
      program = replaceSkeleton(before, policy, changed);
    }
    for (Map.Entry<ServiceName, ServiceRules> entry : replaced.entrySet()) {
      ServiceRules old = before.rules(entry.getKey());
      ServiceRules rules = entry.getValue();
      services =
          rules.equals(ServiceRules.NONE)
              ? services.minus(entry.getKey())
              : services.plus(entry.getKey(), rules);
      program = replaceChains(program, old.chains(), rules.chains(), changed);
      old.entries().forEach(e -> trees.compute(e.tree(), (_, tree) -> without(tree, e)));
      rules.entries().forEach(e -> trees.compute(e.tree(), (_, tree) -> with(tree, e)));
    }
    for (Tree tree : Tree.values()) {
      program = updateTree(program, tree, before.trees, trees, policy, changed);
    }
    return new Compilation(policy, program, changed, services, trees);
  }

  private Program<IptablesKey, String> replaceSkeleton(
      Compilation before, NodePolicy policy, Set<IptablesKey> changed) {
    Program<IptablesKey, String> program = before.program;
    Map<IptablesKey, String> objects = skeleton.objects(policy);
    for (IptablesKey key : skeleton.objects(before.policy).keySet()) {
      if (!objects.containsKey(key)) {
        program = program.minus(key);
        changed.add(key);
      }
    }
    for (Map.Entry<IptablesKey, String> object : objects.entrySet()) {
      program = program.plus(object.getKey(), object.getValue());
      changed.add(object.getKey());
    }
    for (Tree tree : Tree.values()) {
      ChainKey root = tree.chain(family, Slot.ROOT);
      String lines = lines(tree, of(before.trees, tree), Slot.ROOT, policy).orElseThrow();
      program = program.plus(root, lines);
      changed.add(root);
    }
    return program;
  }

  private static Program<IptablesKey, String> replaceChains(
      Program<IptablesKey, String> program,
      Map<ChainKey, String> old,
      Map<ChainKey, String> chains,
      Set<IptablesKey> changed) {
    for (ChainKey key : old.keySet()) {
      if (!chains.containsKey(key)) {
        program = program.minus(key);
        changed.add(key);
      }
    }
    for (Map.Entry<ChainKey, String> chain : chains.entrySet()) {
      program = program.plus(chain.getKey(), chain.getValue());
      changed.add(chain.getKey());
    }
    return program;
  }

  private Program<IptablesKey, String> updateTree(
      Program<IptablesKey, String> program,
      Tree tree,
      Map<Tree, PrefixTree> before,
      Map<Tree, PrefixTree> after,
      NodePolicy policy,
      Set<IptablesKey> changed) {
    PrefixTree now = of(after, tree);
    for (Slot slot : PrefixTree.changed(of(before, tree), now)) {
      ChainKey key = tree.chain(family, slot);
      Optional<String> lines = lines(tree, now, slot, policy);
      program = lines.isPresent() ? program.plus(key, lines.get()) : program.minus(key);
      changed.add(key);
    }
    return program;
  }

  private Optional<String> lines(Tree tree, PrefixTree version, Slot slot, NodePolicy policy) {
    return version
        .content(slot)
        .map(
            content -> {
              List<String> rules =
                  switch (content) {
                    case Rules(List<String> leaf) -> new ArrayList<>(leaf);
                    case Jumps(List<Slot> slots) -> jumps(tree, slots);
                  };
              if (slot.equals(Slot.ROOT)) {
                rules.addAll(skeleton.afterRoot(tree, policy));
              }
              return Rule.lines(tree.chain(family, slot).chain(), rules);
            });
  }

  private List<String> jumps(Tree tree, List<Slot> slots) {
    List<String> rules = new ArrayList<>();
    for (Slot slot : slots) {
      rules.add(Rule.jump(tree.match(family, slot), tree.chain(family, slot).chain()));
    }
    return rules;
  }

  private static PrefixTree with(PrefixTree tree, ServiceRules.Entry entry) {
    return tree.plus(entry.key(), entry.owner(), entry.rule());
  }

  private static PrefixTree without(PrefixTree tree, ServiceRules.Entry entry) {
    return tree.minus(entry.key(), entry.owner());
  }

  private static PrefixTree of(Map<Tree, PrefixTree> trees, Tree tree) {
    return trees.getOrDefault(tree, PrefixTree.EMPTY);
  }
}
