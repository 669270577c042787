package dev.sluice.applier.iptables.trace;

import java.util.List;

/**
 * A rule.
 *
 * @param text the rule without the words {@code -A chain}
 * @param matches all must hold
 * @param chance how likely it matches where they hold, above 0, at most 1
 */
record ParsedRule(String text, List<Match> matches, double chance, Action action) {
  ParsedRule {
    matches = List.copyOf(matches);
  }
}
