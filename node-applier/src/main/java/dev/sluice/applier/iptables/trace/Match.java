package dev.sluice.applier.iptables.trace;

import dev.sluice.events.model.Cidr;
import java.util.Set;

/** What a rule asks of a packet. Chance is not among them: a rule has it by itself. */
sealed interface Match {
  /** The opposite. */
  record Not(Match match) implements Match {}

  record Source(Cidr range) implements Match {}

  record Destination(Cidr range) implements Match {}

  /** A transport protocol, as the tools spell it. */
  record OfProtocol(String name) implements Match {}

  record DestinationPort(int first, int last) implements Match {}

  /** The name of an interface; with a plus at the end, how names begin. */
  record InInterface(String pattern) implements Match {}

  /** The name of an interface; with a plus at the end, how names begin. */
  record OutInterface(String pattern) implements Match {}

  /** The source is the node's own. */
  record SourceLocal() implements Match {}

  /** The destination is the node's own. */
  record DestinationLocal() implements Match {}

  /** What conntrack knows of the connection, such as NEW and DNAT; one of them is enough. */
  record State(Set<String> names) implements Match {}

  /** Bits of the packet's mark. */
  record Mark(long value, long mask) implements Match {}

  /** The client is on a list. */
  record Known() implements Match {}

  /** Something else. */
  record Unknown(String words) implements Match {}
}
