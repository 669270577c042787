package dev.sluice.applier.iptables.trace;

import dev.sluice.events.model.IpAddress;

/** What a rule does with a packet that it matches. */
sealed interface Action {
  /** Leads it through a chain, from which it may come back. */
  record Jump(String chain) implements Action {}

  record Return() implements Action {}

  record Accept() implements Action {}

  record Drop() implements Action {}

  record Reject() implements Action {}

  /** Sends it elsewhere. */
  record Dnat(IpAddress address, int port) implements Action {}

  /** Clears the bits of {@code mask} in its mark, then flips those of {@code value}. */
  record SetMark(long value, long mask) implements Action {}

  /** Gives it an address of the node as its source. */
  record Masquerade() implements Action {}

  /** Nothing: the rule only notes or counts. */
  record Nothing() implements Action {}

  /** Something else. */
  record Unknown(String words) implements Action {}
}
