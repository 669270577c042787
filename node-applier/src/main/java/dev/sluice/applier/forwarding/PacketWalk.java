package dev.sluice.applier.forwarding;

import dev.sluice.applier.forwarding.FrontEnds.Entry;
import dev.sluice.applier.forwarding.Outcome.Dropped;
import dev.sluice.applier.forwarding.Outcome.Forwarded;
import dev.sluice.applier.forwarding.Outcome.Refused;
import dev.sluice.applier.forwarding.Outcome.Untouched;
import dev.sluice.applier.forwarding.Verdict.Accept;
import dev.sluice.applier.forwarding.Verdict.Balance;
import dev.sluice.applier.forwarding.Verdict.Drop;
import dev.sluice.applier.forwarding.Verdict.EndpointSet;
import dev.sluice.applier.forwarding.Verdict.Reject;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.SessionAffinity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One packet's way: first it is offered to the front ends that forward, by address and then by node
 * port; one that none of them has taken meets those that refuse and drop. A packet that is taken
 * has another destination then, so no refusal concerns it. Used once, by one thread.
 */
final class PacketWalk {
  private final Evaluator node;
  private final ClusterImage image;
  private final FrontEnds frontEnds;
  private final Packet packet;
  private final Step.Kind sender;
  private final Blockers blockers;
  private final List<VirtualServer> met = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();

  PacketWalk(Evaluator node, ClusterImage image, FrontEnds frontEnds, Packet packet) {
    this.node = node;
    this.image = image;
    this.frontEnds = frontEnds;
    this.packet = packet;
    sender = node.sender(packet);
    blockers = new Blockers(node, frontEnds, packet);
  }

  Explanation explain() {
    say(sender, PacketText.sender(sender, packet, node.policy().pods()));
    return forwarded()
        .or(() -> blocked(packet))
        .or(this::keptFromLocalhost)
        .orElseGet(
            () -> {
              new NotServed(
                      image,
                      packet,
                      node.isLocal(packet.destination()),
                      node.hasNodePorts(packet.destination()))
                  .reasons()
                  .forEach(reason -> say(Step.Kind.NOT_SERVED, reason));
              return explained(new Untouched(), Optional.empty(), Optional.empty());
            });
  }

  private Optional<Explanation> forwarded() {
    List<Entry> asked = new ArrayList<>(frontEnds.at(packet));
    if (node.hasNodePorts(packet.destination())) {
      asked.addAll(frontEnds.onNodePort(packet));
    }
    for (Entry entry : asked) {
      Optional<Explanation> there = offered(entry);
      if (there.isPresent()) {
        return there;
      }
    }
    return Optional.empty();
  }

  /** Empty where the front end leads this packet nowhere, so that the next is asked. */
  private Optional<Explanation> offered(Entry entry) {
    VirtualServer server = entry.server();
    if (server.frontEnd() instanceof FrontEnd.ClusterIp) {
      if (server.verdict() instanceof Balance balance) {
        meet(server, packet);
        sayWhichEndpoints(server, balance.set());
        return Optional.of(forwarded(server, balance, clusterIpMasqueraded()));
      }
      return Optional.empty();
    }
    if (!entry.forwards()) {
      return Optional.empty();
    }
    meet(server, packet);
    return letIn(entry) ? external(server) : Optional.empty();
  }

  private boolean letIn(Entry entry) {
    if (!entry.limited()) {
      return true;
    }
    Optional<Cidr> range = entry.admitting(packet.source());
    if (range.isPresent()) {
      say(
          Step.Kind.LET_IN,
          "%s is in %s, which may use it".formatted(packet.source(), range.get()));
    } else {
      say(
          Step.Kind.NOT_LET_IN,
          "%s is in none of the source ranges of this load balancer, %s"
              .formatted(packet.source(), PacketText.list(entry.letIn())));
    }
    return range.isPresent();
  }

  private Optional<Explanation> external(VirtualServer server) {
    if (!server.keepsSource() && server.verdict() instanceof Balance balance) {
      sayWhichEndpoints(server, balance.set());
      say(
          Step.Kind.MASQUERADE_EXTERNAL,
          "masqueraded, so that answers come back through this node");
      return Optional.of(forwarded(server, balance, true));
    }
    if (sender != Step.Kind.SENT_FROM_OUTSIDE
        && server.fromCluster().orElse(server.verdict()) instanceof Balance balance) {
      return Optional.of(shortCircuited(server, balance));
    }
    sayWhichEndpoints(server, EndpointSet.LOCAL);
    if (server.verdict() instanceof Balance balance) {
      say(Step.Kind.SOURCE_KEPT, "not masqueraded: policy Local keeps the client's address");
      return Optional.of(forwarded(server, balance, false));
    }
    return Optional.empty();
  }

  private Explanation shortCircuited(VirtualServer server, Balance balance) {
    boolean pod = sender == Step.Kind.SENT_BY_POD;
    say(
        Step.Kind.SHORT_CIRCUIT,
        "externalTrafficPolicy is Local, but %s: endpoints of the whole cluster"
            .formatted(pod ? "pods are inside" : "the node itself is inside"));
    if (pod) {
      say(Step.Kind.SOURCE_KEPT, "not masqueraded: a pod's own address can be answered");
    } else {
      say(Step.Kind.MASQUERADE_NODE, "masqueraded: the node itself sends it to an outside address");
    }
    return forwarded(server, balance, !pod);
  }

  private boolean clusterIpMasqueraded() {
    NodePolicy policy = node.policy();
    IpFamily family = packet.destination().family();
    if (policy.masqueradeAll()) {
      say(Step.Kind.MASQUERADE_ALL, "masqueraded: all traffic to ClusterIPs is");
      return true;
    }
    if (!policy.pods().known(family)) {
      say(
          Step.Kind.SOURCE_KEPT,
          "not masqueraded: there is no way to tell %s packets of pods".formatted(family));
      return false;
    }
    boolean pod = policy.pods().sent(packet);
    if (pod) {
      say(Step.Kind.SOURCE_KEPT, "not masqueraded: a pod sends it");
    } else {
      say(Step.Kind.MASQUERADE_NO_POD, "masqueraded: no pod sends it");
    }
    return !pod;
  }

  private Explanation forwarded(VirtualServer server, Balance balance, boolean marked) {
    server
        .affinity()
        .map(SessionAffinity::timeoutSeconds)
        .ifPresent(
            seconds ->
                say(
                    Step.Kind.AFFINITY,
                    "a client goes to the same endpoint again until it has not connected for %d s"
                        .formatted(seconds)));
    List<Target> targets = new ArrayList<>();
    Optional<Explanation> blocked = Optional.empty();
    for (Destination destination : balance.destinations()) {
      boolean masqueraded = marked || hairpin(destination);
      Optional<Explanation> end = blocked(sentTo(destination));
      if (end.isPresent()) {
        blocked = end;
      } else {
        targets.add(
            new Target(
                destination.address(), destination.port(), masqueraded && !staysHere(destination)));
      }
    }
    // where all are blocked, the front end that blocks them is the one that decides
    return targets.isEmpty() && blocked.isPresent()
        ? blocked.get()
        : explained(new Forwarded(targets), Optional.of(server), Optional.of(balance.set()));
  }

  private Packet sentTo(Destination destination) {
    return new Packet(
        packet.source(),
        destination.address(),
        destination.port(),
        packet.protocol(),
        packet.inInterface());
  }

  /** An endpoint would answer itself directly, and find that it never asked that. */
  private boolean hairpin(Destination destination) {
    boolean itself =
        destination.address().equals(packet.source())
            && !isWhereItWasSent(destination)
            && frontEnds.isHairpin(destination.address());
    if (itself) {
      say(
          Step.Kind.MASQUERADE_HAIRPIN,
          "masqueraded if it comes to %s, which sends it itself".formatted(destination));
    }
    return itself;
  }

  /** Then no address is translated, and what tells Services' connections by that sees none. */
  private boolean isWhereItWasSent(Destination destination) {
    return destination.address().equals(packet.destination())
        && destination.port() == packet.port();
  }

  /** What comes in and is delivered to the node itself is never masqueraded: it does not leave. */
  private boolean staysHere(Destination destination) {
    boolean stays = packet.inInterface().isPresent() && node.isLocal(destination.address());
    if (stays) {
      say(
          Step.Kind.DELIVERED_HERE,
          "%s is on the node's own address: delivered without masquerading".formatted(destination));
    }
    return stays;
  }

  /**
   * What refuses or drops it.
   *
   * @param seen the packet as it is by then: an endpoint may have an address and port that some
   *     front end without endpoints has
   */
  private Optional<Explanation> blocked(Packet seen) {
    return blockers
        .first(seen)
        .map(
            server -> {
              meet(server, seen);
              EndpointSet set = sought(server.verdict());
              return explained(blocking(server), Optional.of(server), Optional.of(set));
            });
  }

  private Outcome blocking(VirtualServer server) {
    return switch (server.verdict()) {
      // but only for those who are not let in
      case Balance _ -> new Dropped();
      case Accept _ -> throw new IllegalStateException(server.name() + " keeps nobody out");
      case Reject _ -> {
        say(Step.Kind.NO_ENDPOINT, "no endpoint of it can be used, on any node");
        yield new Refused();
      }
      case Drop _ -> {
        say(
            Step.Kind.NO_ENDPOINT_HERE,
            "%s is Local, and only other nodes have endpoints of it"
                .formatted(PacketText.policy(server)));
        yield new Dropped();
      }
    };
  }

  private static EndpointSet sought(Verdict verdict) {
    return switch (verdict) {
      case Balance balance -> balance.set();
      case Reject _ -> EndpointSet.CLUSTER;
      case Drop _, Accept _ -> EndpointSet.LOCAL;
    };
  }

  private Optional<Explanation> keptFromLocalhost() {
    if (!blockers.keepFromLocalhost()) {
      return Optional.empty();
    }
    say(
        Step.Kind.LOCALHOST_FROM_ELSEWHERE,
        "127.0.0.0/8 is for the node itself, and no Service has this port there");
    return Optional.of(explained(new Dropped(), Optional.empty(), Optional.empty()));
  }

  private void meet(VirtualServer server, Packet seen) {
    if (!met.contains(server)) {
      met.add(server);
      say(Step.Kind.FRONT_END, PacketText.frontEnd(server, seen));
    }
  }

  private void sayWhichEndpoints(VirtualServer server, EndpointSet set) {
    String policy = PacketText.policy(server);
    switch (set) {
      case CLUSTER ->
          say(Step.Kind.WHOLE_CLUSTER, policy + " is Cluster: endpoints of the whole cluster");
      case LOCAL -> say(Step.Kind.ONLY_THIS_NODE, policy + " is Local: endpoints of this node");
    }
  }

  private void say(Step.Kind kind, String text) {
    steps.add(new Step(kind, text));
  }

  private Explanation explained(
      Outcome outcome, Optional<VirtualServer> server, Optional<EndpointSet> set) {
    List<ExplainedSlice> slices = server.map(found -> node.slices(image, found)).orElse(List.of());
    return new Explanation(packet, outcome, server, set, slices, steps);
  }
}
