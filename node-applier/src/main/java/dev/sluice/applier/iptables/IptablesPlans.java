package dev.sluice.applier.iptables;

import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.IptablesCompiler.Compilation;
import dev.sluice.applier.program.PlanSequence;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramLines;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Plans of iptables, each made from the one before. Pure; owned by one thread. */
public final class IptablesPlans implements PlanSequence {
  private static final ProgramLines<IptablesKey, String> LINES =
      new ProgramLines<>(
          key -> key.table() + " " + key.chain(), (_, rules) -> rules.lines().toList());

  private final IpFamily family;
  private final IptablesCompiler compiler;
  private Optional<Compilation> before = Optional.empty();

  /**
   * @param randomFully whether the node's tool knows {@code --random-fully}
   */
  public IptablesPlans(IpFamily family, IptablesOptions options, boolean randomFully) {
    this.family = family;
    compiler = new IptablesCompiler(family, options, randomFully);
  }

  @Override
  public Step next(
      NodePolicy policy, Set<IpAddress> addresses, Map<ServiceName, List<VirtualServer>> changed) {
    Compilation start = before.orElseGet(() -> compiler.start(policy));
    Compilation after = compiler.update(start, policy, changed);
    Set<IptablesKey> keys = new HashSet<>(after.changed());
    Program<IptablesKey, String> old = before.map(Compilation::program).orElseGet(Program::empty);
    if (before.isEmpty()) {
      keys.addAll(start.changed());
    }
    before = Optional.of(after);
    return new Step(
        new IptablesPlan(family, after.program()), LINES.changes(old, after.program(), keys));
  }

  /** How differences of rules are told. */
  public static ProgramLines<IptablesKey, String> lines() {
    return LINES;
  }
}
