package dev.sluice.applier.iptables.trace;

import dev.sluice.applier.forwarding.Outcome;
import dev.sluice.applier.forwarding.Outcome.Forwarded;
import dev.sluice.applier.forwarding.Target;
import dev.sluice.applier.iptables.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What rules do to a packet.
 *
 * @param probabilities how likely each outcome is; one that forwards has one target. They add up to
 *     1
 * @param steps one of the ways there, in order: of those that chance has, the first by the rules
 */
public record Trace(Map<Outcome, Double> probabilities, List<Step> steps) {
  private static final Comparator<Target> ORDER =
      Comparator.comparing(Target::address)
          .thenComparingInt(Target::port)
          .thenComparing(Target::masqueraded);

  public Trace {
    probabilities = Map.copyOf(probabilities);
    steps = List.copyOf(steps);
  }

  /** Something that happens to the packet. */
  public sealed interface Step {
    Table table();

    String chain();

    /** It enters a chain. */
    record Entered(Table table, String chain) implements Step {}

    /**
     * It matches a rule.
     *
     * @param rule without the words {@code -A chain}
     */
    record Matched(Table table, String chain, String rule) implements Step {}
  }

  /**
   * What becomes of the packet, wherever chance sends it.
   *
   * @throws IllegalStateException if chance decides more than where it is sent
   */
  public Outcome outcome() {
    if (probabilities.size() == 1) {
      return probabilities.keySet().iterator().next();
    }
    List<Target> targets = new ArrayList<>();
    for (Outcome outcome : probabilities.keySet()) {
      if (!(outcome instanceof Forwarded(List<Target> one))) {
        throw new IllegalStateException("chance decides between " + probabilities);
      }
      targets.addAll(one);
    }
    targets.sort(ORDER);
    return new Forwarded(targets);
  }

  /** The chains that the packet enters on that way, in order; one may stand there twice. */
  public List<Step.Entered> chains() {
    return steps.stream()
        .filter(Step.Entered.class::isInstance)
        .map(Step.Entered.class::cast)
        .toList();
  }
}
