package dev.sluice.applier.iptables.trace;

import dev.sluice.applier.forwarding.Outcome;
import dev.sluice.applier.iptables.Table;
import dev.sluice.applier.iptables.trace.Trace.Step;
import java.util.ArrayList;
import java.util.List;

/** A packet's walk through the chains of one table, at one hook. For one thread, once. */
final class Walk {
  private final RuleSet rules;
  private final Conditions conditions;
  private final Table table;

  /** The ways that a rule has decided. */
  private final List<Way> decided = new ArrayList<>();

  Walk(RuleSet rules, Conditions conditions, Table table) {
    this.rules = rules;
    this.conditions = conditions;
    this.table = table;
  }

  /** Where a way leads through a built-in chain, which need not have any rule. */
  List<Way> through(String hook, Way way) {
    List<ParsedRule> chain = rules.rules(table, hook).orElse(List.of());
    for (Way one : chain(hook, chain, way)) {
      decided.add(rules.closed(table, hook) ? one.ending(new Outcome.Dropped()) : one);
    }
    return decided;
  }

  /** Walks a chain, and gives the ways that come back from it. */
  private List<Way> chain(String name, List<ParsedRule> chain, Way way) {
    List<Way> back = new ArrayList<>();
    List<Way> here = List.of(way.after(new Step.Entered(table, name)));
    for (ParsedRule rule : chain) {
      List<Way> next = new ArrayList<>();
      for (Way one : here) {
        rule(name, rule, one, next, back);
      }
      here = next;
    }
    back.addAll(here);
    return back;
  }

  private void rule(String chain, ParsedRule rule, Way way, List<Way> next, List<Way> back) {
    if (!conditions.hold(rule, way)) {
      next.add(way);
      return;
    }
    Way matched = way.share(rule.chance()).after(new Step.Matched(table, chain, rule.text()));
    act(rule, matched, next, back);
    if (rule.chance() < 1) {
      next.add(way.share(1 - rule.chance()));
    }
  }

  private void act(ParsedRule rule, Way way, List<Way> next, List<Way> back) {
    switch (rule.action()) {
      case Action.Jump(String chain) ->
          next.addAll(
              chain(
                  chain,
                  rules
                      .rules(table, chain)
                      .orElseThrow(() -> new UnknownRuleException(rule, "no chain " + chain)),
                  way));
      case Action.Return() -> back.add(way);
      case Action.Accept() -> decided.add(way);
      case Action.Drop() -> decided.add(way.ending(new Outcome.Dropped()));
      case Action.Reject() -> decided.add(way.ending(new Outcome.Refused()));
      case Action.Dnat dnat -> decided.add(way.sentTo(dnat.address(), dnat.port()));
      case Action.Masquerade() -> decided.add(way.masqueraded());
      case Action.SetMark(long value, long mask) ->
          next.add(way.marked((way.state().mark() & ~mask) ^ value));
      case Action.Nothing() -> next.add(way);
      case Action.Unknown(String words) -> throw new UnknownRuleException(rule, words);
    }
  }
}
