package dev.sluice.applier.iptables.trace;

/** A packet met a rule whose effect can't be told; the message names it. */
public final class UnknownRuleException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnknownRuleException(ParsedRule rule, String unknown) {
    super("can't tell what the rule \"" + rule.text() + "\" does: " + unknown);
  }
}
