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
 * @param chains those that it may enter, whatever chance decides, in order and each once
 */
public record Trace(
    Map<Outcome, Double> probabilities, List<Step> steps, List<Step.Entered> chains) {
  private static final Comparator<Target> ORDER =
      Comparator.comparing(Target::address)
          .thenComparingInt(Target::port)
          .thenComparing(Target::masqueraded);

  public Trace {
    probabilities = Map.copyOf(probabilities);
    steps = List.copyOf(steps);
    chains = List.copyOf(chains);
  }

  /** Something that happens to the packet. */
  public sealed interface Step {
    Table table();

    String chain();

    /** It enters a chain. */
    record Entered(Table table, String chain) implements Step {
      @Override
      public String toString() {
        return table + " " + chain;
      }
    }

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
}
