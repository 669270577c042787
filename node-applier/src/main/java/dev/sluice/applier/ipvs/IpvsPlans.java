package dev.sluice.applier.ipvs;

import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.IptablesKey;
import dev.sluice.applier.iptables.IptablesPlans;
import dev.sluice.applier.ipvs.IpvsCompiler.Compilation;
import dev.sluice.applier.program.ObjectChange;
import dev.sluice.applier.program.PlanSequence;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramLines;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Plans of IPVS, each made from the one before. Pure; owned by one thread. */
public final class IpvsPlans implements PlanSequence {
  private final IpFamily family;
  private final IpvsOptions options;
  private final boolean randomFully;
  private final IpvsCompiler compiler;
  private final ProgramLines<IpvsKey, IpvsObject> lines;
  private Optional<Compilation> before = Optional.empty();
  private Program<IptablesKey, String> rules = Program.empty();

  /**
   * @param randomFully whether the node's tool knows {@code --random-fully}
   */
  public IpvsPlans(IpFamily family, IpvsOptions options, boolean randomFully) {
    this.family = family;
    this.options = options;
    this.randomFully = randomFully;
    compiler = new IpvsCompiler(family, options);
    lines = lines(family);
  }

  /** How differences are told. */
  static ProgramLines<IpvsKey, IpvsObject> lines(IpFamily family) {
    IpvsPlan empty = new IpvsPlan(family, Program.empty(), Program.empty());
    return new ProgramLines<>(IpvsKey::toString, empty::lines);
  }

  @Override
  public Step next(
      NodePolicy policy, Set<IpAddress> addresses, Map<ServiceName, List<VirtualServer>> changed) {
    NodeFacts node = new NodeFacts(policy, addresses);
    Compilation start = before.orElseGet(() -> compiler.start(node));
    Compilation after = compiler.update(start, node, changed);
    Set<IpvsKey> keys = new HashSet<>(after.changed());
    if (before.isEmpty()) {
      keys.addAll(after.program().objects().keySet());
    }
    Program<IptablesKey, String> rulesNow = IpvsRules.program(family, options, randomFully, policy);
    List<ObjectChange> changes = new ArrayList<>(rules(rulesNow));
    Program<IpvsKey, IpvsObject> old = before.map(Compilation::program).orElseGet(Program::empty);
    changes.addAll(lines.changes(old, after.program(), keys));
    before = Optional.of(after);
    rules = rulesNow;
    return new Step(new IpvsPlan(family, after.program(), rulesNow), changes);
  }

  private List<ObjectChange> rules(Program<IptablesKey, String> now) {
    Set<IptablesKey> keys = new HashSet<>(now.objects().keySet());
    keys.addAll(rules.objects().keySet());
    return IptablesPlans.lines().changes(rules, now, keys);
  }
}
