package dev.sluice.applier.forwarding;

import dev.sluice.applier.forwarding.Verdict.Balance;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** All front ends of a cluster by what packets have of them. Pure, immutable once built. */
final class FrontEnds {
  /** Where several Services name one address and port, they are asked in this order. */
  private static final Comparator<Entry> ORDER =
      Comparator.comparing(entry -> entry.server().precedence());

  private record Socket(IpAddress address, Protocol protocol, int port) {}

  private record NodePort(IpFamily family, Protocol protocol, int port) {}

  private record PortOfFamily(ServicePortName name, IpFamily family) {}

  private final Map<Socket, List<Entry>> addressed = new HashMap<>();
  private final Map<NodePort, List<Entry>> nodePorts = new HashMap<>();
  private final Set<IpAddress> hairpins = new HashSet<>();

  /**
   * A front end, and who may use it.
   *
   * @param letIn the source ranges of its load balancer; empty: everybody
   */
  record Entry(VirtualServer server, Set<Cidr> letIn) {
    /** Whether it leads some packets to an endpoint. */
    boolean forwards() {
      return server.verdict() instanceof Balance
          || server.fromCluster().filter(Balance.class::isInstance).isPresent();
    }

    /** Whether it is limited; without an endpoint, everybody is refused alike. */
    boolean limited() {
      return !letIn.isEmpty() && forwards();
    }

    Optional<Cidr> admitting(IpAddress source) {
      return letIn.stream().filter(range -> range.contains(source)).findFirst();
    }
  }

  /**
   * @param services the virtual servers of each Service
   */
  FrontEnds(Collection<List<VirtualServer>> services) {
    services.forEach(this::add);
    addressed.values().forEach(entries -> entries.sort(ORDER));
    nodePorts.values().forEach(entries -> entries.sort(ORDER));
  }

  private void add(List<VirtualServer> service) {
    // all load-balancer addresses of a port share one list, which lets in those addresses too
    Map<PortOfFamily, Set<Cidr>> letIn = new HashMap<>();
    for (VirtualServer server : service) {
      letIn
          .computeIfAbsent(new PortOfFamily(server.name(), server.family()), _ -> ordered())
          .addAll(server.sourceRanges());
    }
    for (VirtualServer server : service) {
      Set<Cidr> ranges =
          server.sourceRanges().isEmpty()
              ? Set.of()
              : letIn.getOrDefault(new PortOfFamily(server.name(), server.family()), Set.of());
      Entry entry = new Entry(server, ranges);
      switch (server.frontEnd()) {
        case FrontEnd.Addressed front -> {
          Socket key = new Socket(front.address(), server.name().protocol(), front.port());
          List<Entry> same = addressed.computeIfAbsent(key, _ -> new ArrayList<>());
          // a Service may be given one address twice
          if (same.stream().noneMatch(entry::equals)) {
            same.add(entry);
          }
        }
        case FrontEnd.NodePort front ->
            nodePorts
                .computeIfAbsent(
                    new NodePort(server.family(), server.name().protocol(), front.port()),
                    _ -> new ArrayList<>())
                .add(entry);
        // nothing is forwarded by it
        case FrontEnd.HealthCheckNodePort _ -> {}
      }
      Stream.concat(Stream.of(server.verdict()), server.fromCluster().stream())
          .forEach(verdict -> noteHairpins(verdict, server.keepsSource()));
    }
  }

  private static Set<Cidr> ordered() {
    return new TreeSet<>(Comparator.comparing(Cidr::network).thenComparingInt(Cidr::length));
  }

  private void noteHairpins(Verdict verdict, boolean ofOtherNodesToo) {
    if (verdict instanceof Balance balance) {
      for (Destination destination : balance.destinations()) {
        if (destination.local() || ofOtherNodesToo) {
          hairpins.add(destination.address());
        }
      }
    }
  }

  /** Those with the packet's destination, the first to be asked first. */
  List<Entry> at(Packet packet) {
    return addressed.getOrDefault(
        new Socket(packet.destination(), packet.protocol(), packet.port()), List.of());
  }

  /** Those that have the packet's port as their node port, whatever its destination. */
  List<Entry> onNodePort(Packet packet) {
    return nodePorts.getOrDefault(
        new NodePort(packet.destination().family(), packet.protocol(), packet.port()), List.of());
  }

  /**
   * Whether an endpoint with that address that reaches itself is masqueraded: those of this node
   * are, and those of other nodes that may come by here with their own address.
   */
  boolean isHairpin(IpAddress address) {
    return hairpins.contains(address);
  }
}
