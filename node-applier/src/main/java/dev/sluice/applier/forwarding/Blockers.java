package dev.sluice.applier.forwarding;

import dev.sluice.applier.forwarding.FrontEnds.Entry;
import dev.sluice.applier.forwarding.Verdict.Balance;
import dev.sluice.events.model.IpFamily;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The front ends that refuse or drop a packet: those without endpoints for it, and load balancers
 * that did not let it in. Pure, immutable.
 */
final class Blockers {
  private final Evaluator node;
  private final FrontEnds frontEnds;
  private final Packet sent;

  /**
   * @param sent the packet as it was sent
   */
  Blockers(Evaluator node, FrontEnds frontEnds, Packet sent) {
    this.node = node;
    this.frontEnds = frontEnds;
    this.sent = sent;
  }

  /**
   * The first that a packet meets.
   *
   * @param seen the packet with the destination that it has when it comes by
   */
  Optional<VirtualServer> first(Packet seen) {
    List<Entry> here = frontEnds.at(seen);
    Stream<Entry> closedClusterIps =
        passesClusterIps(seen)
            ? here.stream().filter(Blockers::isClusterIp).filter(Blockers::isClosed)
            : Stream.empty();
    Stream<Entry> limited = here.stream().filter(Entry::limited);
    return Stream.of(closedClusterIps, limited, closedExternal(seen, here))
        .flatMap(entries -> entries)
        .findFirst()
        .map(Entry::server);
  }

  /** Where 127.0.0.0/8 has node ports, the kernel no longer keeps others from it by itself. */
  boolean keepFromLocalhost() {
    return sent.destination().family() == IpFamily.IPV4
        && sent.destination().isLoopback()
        && !sent.source().isLoopback()
        && node.policy().nodePorts().onLocalhost();
  }

  /** What comes in and is delivered to the node itself does not. */
  private boolean passesClusterIps(Packet seen) {
    return seen.inInterface().isEmpty() || !node.isLocal(seen.destination());
  }

  private Stream<Entry> closedExternal(Packet seen, List<Entry> here) {
    if (!passesExternal(seen)) {
      return Stream.empty();
    }
    Stream<Entry> addressed = here.stream().filter(entry -> !isClusterIp(entry));
    Stream<Entry> ports =
        node.hasNodePorts(seen.destination())
            ? frontEnds.onNodePort(seen).stream()
            : Stream.empty();
    return Stream.concat(addressed, ports).filter(Blockers::isClosed);
  }

  /**
   * What the node sends does not pass where it seems to leave by the loopback interface, as its
   * first destination says; if it really does, it passes when it comes in there.
   */
  private boolean passesExternal(Packet seen) {
    return sent.inInterface().isPresent()
        || !node.isLocal(sent.destination())
        || node.isLocal(seen.destination());
  }

  private static boolean isClusterIp(Entry entry) {
    return entry.server().frontEnd() instanceof FrontEnd.ClusterIp;
  }

  private static boolean isClosed(Entry entry) {
    return !(entry.server().verdict() instanceof Balance);
  }
}
