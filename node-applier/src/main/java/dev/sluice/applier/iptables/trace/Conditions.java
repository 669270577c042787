package dev.sluice.applier.iptables.trace;

import dev.sluice.applier.iptables.trace.Way.Out;
import dev.sluice.events.model.IpAddress;
import java.util.Set;

/**
 * Tells whether a rule matches a packet, but for chance.
 *
 * @param localAddresses the node's own, loopback ones or not
 */
record Conditions(Set<IpAddress> localAddresses) {
  /**
   * Whether all that a rule asks for holds.
   *
   * @throws UnknownRuleException if that can't be told
   */
  boolean hold(ParsedRule rule, Way way) {
    // what is unknown stands last: it does not matter where another match fails
    return rule.matches().stream().allMatch(match -> holds(match, rule, way));
  }

  /** Whether an address is the node's own. */
  boolean local(IpAddress address) {
    return address.isLoopback() || localAddresses.contains(address);
  }

  private boolean holds(Match match, ParsedRule rule, Way way) {
    return switch (match) {
      case Match.Not(Match opposite) -> !holds(opposite, rule, way);
      case Match.Source(var range) -> range.contains(way.packet().source());
      case Match.Destination(var range) -> range.contains(way.state().destination());
      case Match.OfProtocol(String name) -> way.packet().protocol().lowerCase().equals(name);
      case Match.DestinationPort(int first, int last) ->
          first <= way.state().port() && way.state().port() <= last;
      case Match.InInterface(String pattern) ->
          way.links().in().filter(name -> named(pattern, name)).isPresent();
      case Match.OutInterface(String pattern) -> leavesBy(pattern, rule, way.links().out());
      case Match.SourceLocal() -> local(way.packet().source());
      case Match.DestinationLocal() -> local(way.state().destination());
      case Match.State(Set<String> names) ->
          names.contains("NEW") || (names.contains("DNAT") && way.translated());
      case Match.Mark(long value, long mask) -> (way.state().mark() & mask) == value;
      // a fresh client is on no list
      case Match.Known() -> false;
      case Match.Unknown(String words) -> throw new UnknownRuleException(rule, words);
    };
  }

  private static boolean leavesBy(String pattern, ParsedRule rule, Out out) {
    return switch (out) {
      case NONE -> false;
      case LOOPBACK -> named(pattern, Way.LOOPBACK);
      case OTHER -> {
        if (!pattern.equals(Way.LOOPBACK)) {
          throw new UnknownRuleException(rule, "by which interface the packet leaves");
        }
        yield false;
      }
    };
  }

  private static boolean named(String pattern, String name) {
    return pattern.endsWith("+")
        ? name.startsWith(pattern.substring(0, pattern.length() - 1))
        : name.equals(pattern);
  }
}
