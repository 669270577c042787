package dev.sluice.applier.iptables.trace;

import dev.sluice.applier.forwarding.Outcome;
import dev.sluice.applier.forwarding.Packet;
import dev.sluice.applier.iptables.IptablesKey;
import dev.sluice.applier.iptables.Table;
import dev.sluice.applier.iptables.trace.Trace.Step;
import dev.sluice.applier.iptables.trace.Trace.Step.Entered;
import dev.sluice.applier.iptables.trace.Way.Out;
import dev.sluice.applier.program.Program;
import dev.sluice.events.model.IpAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Walks the rules of one family as the kernel does for the first packet of a connection of a client
 * that no list knows. What else a kernel may do with a packet, such as drop those whose source
 * can't be, is left out. Immutable; any thread.
 */
public final class RuleTracer {
  private final RuleSet rules;
  private final Conditions conditions;

  private RuleTracer(RuleSet rules, Set<IpAddress> localAddresses) {
    this.rules = rules;
    conditions = new Conditions(Set.copyOf(localAddresses));
  }

  /**
   * A tracer of a program, by itself in a kernel.
   *
   * @param localAddresses the node's own; those of loopback need not be among them
   */
  public RuleTracer(Program<IptablesKey, String> program, Set<IpAddress> localAddresses) {
    this(RuleSet.of(program), localAddresses);
  }

  /**
   * A tracer of all rules that a kernel holds in its nat and filter tables, whosever they are.
   *
   * @param listing the output of iptables-save
   * @throws IllegalArgumentException if it is no listing
   */
  public static RuleTracer ofListing(String listing, Set<IpAddress> localAddresses) {
    return new RuleTracer(RuleSet.parse(listing), localAddresses);
  }

  /**
   * Walks the rules.
   *
   * @throws UnknownRuleException if the packet meets a rule whose effect can't be told
   */
  public Trace trace(Packet packet) {
    Way start = Way.of(packet);
    List<Way> ways = packet.inInterface().isPresent() ? arriving(start) : leaving(start);
    Map<Outcome, Double> probabilities = new LinkedHashMap<>();
    ways.forEach(way -> probabilities.merge(way.outcome(), way.probability(), Double::sum));
    return new Trace(probabilities, ways.getFirst().steps().reversed(), chains(ways));
  }

  /** What one way enters and those before did not stands before what it shares with them next. */
  private static List<Entered> chains(List<Way> ways) {
    List<Entered> chains = new ArrayList<>();
    for (Way way : ways) {
      int next = chains.size();
      for (Step step : way.steps()) {
        if (step instanceof Entered chain) {
          int there = chains.indexOf(chain);
          if (there < 0) {
            chains.add(next, chain);
          } else {
            next = there;
          }
        }
      }
    }
    return chains;
  }

  private List<Way> arriving(Way start) {
    List<Way> ways = through(Table.NAT, "PREROUTING", List.of(start));
    return onward(
        ways,
        way ->
            conditions.local(way.state().destination())
                ? delivered(way)
                : forwarded(way.between(way.links().in(), Out.OTHER)));
  }

  private List<Way> forwarded(Way way) {
    return through(Table.NAT, "POSTROUTING", through(Table.FILTER, "FORWARD", List.of(way)));
  }

  private List<Way> delivered(Way way) {
    return through(Table.NAT, "INPUT", through(Table.FILTER, "INPUT", List.of(way)));
  }

  private List<Way> leaving(Way start) {
    // the filter table, too, is shown the interface of before the translation: the kernel routes
    // anew within nat, and tells nobody (nf_nat_ipv4_local_fn)
    Way routed = start.between(Optional.empty(), out(start));
    List<Way> ways = through(Table.NAT, "OUTPUT", List.of(routed));
    ways = through(Table.FILTER, "OUTPUT", ways);
    return onward(
        ways,
        way -> {
          List<Way> left =
              through(Table.NAT, "POSTROUTING", List.of(way.between(Optional.empty(), out(way))));
          return conditions.local(way.state().destination()) ? onward(left, this::looped) : left;
        });
  }

  /** What stays on the node comes in by the loopback interface, translated already. */
  private List<Way> looped(Way way) {
    Way arrived = way.between(Optional.of(Way.LOOPBACK), Out.NONE);
    return through(Table.FILTER, "INPUT", List.of(arrived));
  }

  private Out out(Way way) {
    return conditions.local(way.state().destination()) ? Out.LOOPBACK : Out.OTHER;
  }

  private List<Way> through(Table table, String hook, List<Way> ways) {
    return onward(ways, way -> new Walk(rules, conditions, table).through(hook, way));
  }

  /** Leads on those that have not ended. */
  private static List<Way> onward(List<Way> ways, Function<Way, List<Way>> step) {
    List<Way> result = new ArrayList<>();
    for (Way way : ways) {
      if (way.end().isPresent()) {
        result.add(way);
      } else {
        result.addAll(step.apply(way));
      }
    }
    return result;
  }
}
