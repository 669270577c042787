package dev.sluice.applier.iptables.trace;

import dev.sluice.applier.forwarding.Outcome;
import dev.sluice.applier.forwarding.Packet;
import dev.sluice.applier.forwarding.Target;
import dev.sluice.applier.iptables.trace.Trace.Step;
import dev.sluice.events.model.IpAddress;
import java.util.List;
import java.util.Optional;
import org.pcollections.ConsPStack;
import org.pcollections.PStack;

/**
 * One of the ways that chance leaves a packet, as far as it has come. Immutable.
 *
 * @param packet as it was sent
 * @param probability above 0, at most 1
 * @param steps the last first
 * @param end how the rules ended it; empty: it goes on
 */
record Way(
    Packet packet,
    Links links,
    State state,
    double probability,
    PStack<Step> steps,
    Optional<Outcome> end) {
  static final String LOOPBACK = "lo";

  /** What a packet leaves by, as far as that can be known. */
  enum Out {
    NONE,
    LOOPBACK,
    OTHER
  }

  /**
   * The interfaces that a hook sees.
   *
   * @param in empty: the node itself sends it
   */
  record Links(Optional<String> in, Out out) {}

  /**
   * What rules have made of it.
   *
   * @param sent whether a rule has said where it goes
   */
  record State(IpAddress destination, int port, long mark, boolean sent, boolean masqueraded) {}

  static Way of(Packet packet) {
    return new Way(
        packet,
        new Links(packet.inInterface(), Out.NONE),
        new State(packet.destination(), packet.port(), 0, false, false),
        1,
        ConsPStack.empty(),
        Optional.empty());
  }

  /** What has become of it. */
  Outcome outcome() {
    return end.orElseGet(
        () ->
            state.sent || state.masqueraded
                ? new Outcome.Forwarded(
                    List.of(new Target(state.destination, state.port, state.masqueraded)))
                : new Outcome.Untouched());
  }

  /** What conntrack calls DNAT; being sent to where it goes anyway does not count. */
  boolean translated() {
    return state.port != packet.port() || !state.destination.equals(packet.destination());
  }

  Way between(Optional<String> in, Out out) {
    return new Way(packet, new Links(in, out), state, probability, steps, end);
  }

  Way sentTo(IpAddress address, int port) {
    return with(new State(address, port, state.mark, true, state.masqueraded));
  }

  Way marked(long mark) {
    return with(new State(state.destination, state.port, mark, state.sent, state.masqueraded));
  }

  Way masqueraded() {
    return with(new State(state.destination, state.port, state.mark, state.sent, true));
  }

  private Way with(State next) {
    return new Way(packet, links, next, probability, steps, end);
  }

  /** The share of it that goes this way. */
  Way share(double chance) {
    return new Way(packet, links, state, probability * chance, steps, end);
  }

  Way after(Step step) {
    return new Way(packet, links, state, probability, steps.plus(step), end);
  }

  Way ending(Outcome outcome) {
    return new Way(packet, links, state, probability, steps, Optional.of(outcome));
  }
}
