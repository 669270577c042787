package dev.sluice.applier.forwarding;

import dev.sluice.applier.forwarding.FrontEnds.Entry;
import dev.sluice.applier.forwarding.Outcome.Dropped;
import dev.sluice.applier.forwarding.Outcome.Forwarded;
import dev.sluice.applier.forwarding.Outcome.Refused;
import dev.sluice.applier.forwarding.Outcome.Untouched;
import dev.sluice.applier.forwarding.Verdict.Balance;
import dev.sluice.applier.forwarding.Verdict.Drop;
import dev.sluice.applier.forwarding.Verdict.EndpointSet;
import dev.sluice.applier.forwarding.Verdict.Reject;
import dev.sluice.events.image.ClusterImage;
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
  private final boolean destinationIsLocal;
  private final boolean hasNodePorts;
  private final List<VirtualServer> met = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();

  PacketWalk(Evaluator node, ClusterImage image, FrontEnds frontEnds, Packet packet) {
    this.node = node;
    this.image = image;
    this.frontEnds = frontEnds;
    this.packet = packet;
    destinationIsLocal = node.isLocal(packet.destination());
    hasNodePorts = destinationIsLocal && node.policy().nodePorts().contains(packet.destination());
  }

  Explanation explain() {
    say(sender(), PacketText.sender(sender(), packet, node.policy().pods()));
    return forwarded()
        .or(this::blocked)
        .or(this::keptFromLocalhost)
        .orElseGet(
            () -> {
              new NotServed(image, packet, destinationIsLocal, hasNodePorts)
                  .reasons()
                  .forEach(reason -> say(Step.Kind.NOT_SERVED, reason));
              return explained(new Untouched(), Optional.empty(), Optional.empty());
            });
  }

  private Optional<Explanation> forwarded() {
    for (Entry entry : frontEnds.at(packet)) {
      Optional<Explanation> there = offered(entry);
      if (there.isPresent()) {
        return there;
      }
    }
    if (hasNodePorts) {
      for (Entry entry : frontEnds.onNodePort(packet)) {
        Optional<Explanation> there = offered(entry);
        if (there.isPresent()) {
          return there;
        }
      }
    }
    return Optional.empty();
  }

  /** Empty where the front end leads this packet nowhere, so that the next is asked. */
  private Optional<Explanation> offered(Entry entry) {
    VirtualServer server = entry.server();
    if (server.frontEnd() instanceof FrontEnd.ClusterIp) {
      if (server.verdict() instanceof Balance balance) {
        meet(server);
        sayWhichEndpoints(server, balance.set());
        return Optional.of(forwarded(server, balance, clusterIpMasqueraded()));
      }
      return Optional.empty();
    }
    if (!entry.forwards()) {
      return Optional.empty();
    }
    meet(server);
    return letIn(entry) ? external(server) : Optional.empty();
  }

  private boolean letIn(Entry entry) {
    if (!entry.limited()) {
      return true;
    }
    return entry
        .admitting(packet.source())
        .map(
            range -> {
              say(
                  Step.Kind.LET_IN,
                  "%s is in %s, which may use it".formatted(packet.source(), range));
              return true;
            })
        .orElseGet(
            () -> {
              say(
                  Step.Kind.NOT_LET_IN,
                  "%s is in none of the source ranges of this load balancer, %s"
                      .formatted(packet.source(), PacketText.list(entry.letIn())));
              return false;
            });
  }

  private Optional<Explanation> external(VirtualServer server) {
    if (!server.keepsSource() && server.verdict() instanceof Balance balance) {
      sayWhichEndpoints(server, balance.set());
      say(
          Step.Kind.MASQUERADE_EXTERNAL,
          "masqueraded, so that answers come back through this node");
      return Optional.of(forwarded(server, balance, true));
    }
    if (sender() != Step.Kind.SENT_FROM_OUTSIDE
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
    boolean pod = sender() == Step.Kind.SENT_BY_POD;
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
    for (Destination destination : balance.destinations()) {
      boolean masqueraded = marked || hairpin(destination);
      targets.add(
          new Target(
              destination.address(), destination.port(), masqueraded && !staysHere(destination)));
    }
    return explained(new Forwarded(targets), Optional.of(server), Optional.of(balance.set()));
  }

  /** An endpoint would answer itself directly, and find that it never asked that. */
  private boolean hairpin(Destination destination) {
    boolean itself =
        destination.address().equals(packet.source())
            && !isWhereItWasSent(destination)
            && frontEnds.isEndpointHere(destination.address());
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

  private Optional<Explanation> blocked() {
    List<VirtualServer> blocking = new ArrayList<>();
    List<Entry> here = frontEnds.at(packet);
    // what is delivered to the node itself passes no list of ClusterIPs
    if (packet.inInterface().isEmpty() || !destinationIsLocal) {
      here.stream()
          .filter(entry -> entry.server().frontEnd() instanceof FrontEnd.ClusterIp)
          .forEach(entry -> blocking.add(entry.server()));
    }
    Optional<VirtualServer> closed =
        blocking.stream().filter(server -> !(server.verdict() instanceof Balance)).findFirst();
    if (closed.isPresent()) {
      return Optional.of(blocked(closed.get()));
    }
    Optional<Entry> limited = here.stream().filter(Entry::limited).findFirst();
    if (limited.isPresent()) {
      return Optional.of(
          explained(
              new Dropped(),
              limited.map(Entry::server),
              limited.map(entry -> sought(entry.server().verdict()))));
    }
    here.stream()
        .filter(entry -> !(entry.server().frontEnd() instanceof FrontEnd.ClusterIp))
        .forEach(entry -> blocking.add(entry.server()));
    if (hasNodePorts) {
      frontEnds.onNodePort(packet).forEach(entry -> blocking.add(entry.server()));
    }
    return blocking.stream()
        .filter(server -> !(server.verdict() instanceof Balance))
        .findFirst()
        .map(this::blocked);
  }

  private Explanation blocked(VirtualServer server) {
    meet(server);
    Outcome outcome =
        switch (server.verdict()) {
          case Balance _ -> throw new IllegalStateException(server + " forwards");
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
    return explained(outcome, Optional.of(server), Optional.of(sought(server.verdict())));
  }

  private static EndpointSet sought(Verdict verdict) {
    return switch (verdict) {
      case Balance balance -> balance.set();
      case Reject _ -> EndpointSet.CLUSTER;
      case Drop _ -> EndpointSet.LOCAL;
    };
  }

  /** Where 127.0.0.0/8 has node ports, the kernel no longer keeps others from it by itself. */
  private Optional<Explanation> keptFromLocalhost() {
    boolean kept =
        packet.destination().family() == IpFamily.IPV4
            && packet.destination().isLoopback()
            && !packet.source().isLoopback()
            && node.policy().nodePorts().onLocalhost();
    if (!kept) {
      return Optional.empty();
    }
    say(
        Step.Kind.LOCALHOST_FROM_ELSEWHERE,
        "127.0.0.0/8 is for the node itself, and no Service has this port there");
    return Optional.of(explained(new Dropped(), Optional.empty(), Optional.empty()));
  }

  private Step.Kind sender() {
    if (node.policy().pods().sent(packet)) {
      return Step.Kind.SENT_BY_POD;
    }
    return node.isLocal(packet.source()) ? Step.Kind.SENT_BY_NODE : Step.Kind.SENT_FROM_OUTSIDE;
  }

  private void meet(VirtualServer server) {
    if (!met.contains(server)) {
      met.add(server);
      say(Step.Kind.FRONT_END, PacketText.frontEnd(server, packet));
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
