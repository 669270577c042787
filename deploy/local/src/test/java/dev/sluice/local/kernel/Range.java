package dev.sluice.local.kernel;

import dev.sluice.applier.fixture.RandomPackets.Aim;
import dev.sluice.applier.forwarding.Evaluator;
import dev.sluice.applier.forwarding.Explanation;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.Outcome;
import dev.sluice.applier.forwarding.Packet;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Protocol;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.lab.Pod;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who sends packets in the lab, and what the evaluator says of them. */
final class Range {
  private final PacketLab lab;
  private final Flavour flavour;
  private final Evaluator.Prepared evaluator;

  private record Sender(NetworkNamespace from, InetAddress source, Optional<String> by) {}

  Range(PacketLab lab, Flavour flavour, Cluster cluster, NodePolicy policy) {
    this.lab = lab;
    this.flavour = flavour;
    evaluator = new Evaluator(Cluster.NODE, policy, own()).over(cluster.image());
  }

  /** The node's addresses. */
  Set<IpAddress> own() {
    return Stream.of(
            NodeLab.NODE_V4, NodeLab.NODE_V6, NodeLab.POD_GATEWAY_V4, NodeLab.POD_GATEWAY_V6)
        .map(IpAddress::parse)
        .collect(Collectors.toSet());
  }

  /**
   * A packet and what shall become of it; empty where this lab can't send it or can't answer.
   *
   * @param sender 0 the client, 1 the node, 2 and up the pods
   */
  Optional<Shot> shot(int sender, Aim aim) {
    Sender by = sender(sender);
    IpAddress source = IpAddress.parse(by.source.getHostAddress());
    if (aim.protocol() == Protocol.SCTP
        || aim.address().isLoopback()
        || (aim.address().equals(source) && by.by.isPresent())) {
      return Optional.empty();
    }
    Packet packet = new Packet(source, aim.address(), aim.port(), aim.protocol(), by.by);
    Explanation explanation = evaluator.explain(packet);
    return toItself(explanation.outcome(), source)
        ? Optional.empty()
        : Optional.of(new Shot(by.from, flavour, explanation, answers(explanation)));
  }

  private Sender sender(int number) {
    if (number == 0) {
      return new Sender(lab.network().client(), flavour.client(), Optional.of("outside"));
    }
    if (number == 1) {
      return new Sender(lab.network().node(), flavour.node(), Optional.empty());
    }
    Pod pod = lab.network().pods().get(number - 2);
    return new Sender(pod.namespace(), flavour.address(pod), Optional.of(pod.nodeInterface()));
  }

  /** A pod that is said to be on another node can't answer itself by way of this one. */
  private static boolean toItself(Outcome outcome, IpAddress source) {
    return outcome instanceof Outcome.Forwarded(var targets)
        && targets.stream().anyMatch(t -> t.address().equals(source) && !t.masqueraded());
  }

  /** What the servers may answer, each of them; none where there shall be no answer. */
  private Set<String> answers(Explanation explanation) {
    Packet packet = explanation.packet();
    return switch (explanation.outcome()) {
      case Outcome.Forwarded(var targets) ->
          targets.stream()
              .map(
                  target ->
                      Shot.answer(
                          server(target.address(), target.port()).orElseThrow(),
                          target.masqueraded()
                              ? flavour.gateway()
                              : InetAddress.ofLiteral(packet.source().toString())))
              .collect(Collectors.toSet());
      case Outcome.Untouched _ ->
          server(packet.destination(), packet.port())
              .map(name -> Shot.answer(name, InetAddress.ofLiteral(packet.source().toString())))
              .map(Set::of)
              .orElse(Set.of());
      case Outcome.Refused _, Outcome.Dropped _ -> Set.of();
    };
  }

  private Optional<String> server(IpAddress address, int port) {
    List<Integer> ports = List.of(8080, 8081);
    return lab.network().pods().stream()
        .filter(_ -> ports.contains(port))
        .filter(pod -> flavour.address(pod).equals(InetAddress.ofLiteral(address.toString())))
        .map(pod -> pod.name() + (port == 8081 ? "-admin" : ""))
        .findFirst();
  }
}
