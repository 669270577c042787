package dev.sluice.applier.ipvs;

import dev.sluice.applier.forwarding.Destination;
import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.ServicePortName;
import dev.sluice.applier.forwarding.Verdict;
import dev.sluice.applier.forwarding.Verdict.Balance;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.ipset.Element;
import dev.sluice.applier.ipset.Element.OfSocket;
import dev.sluice.applier.ipvs.Claim.Owner;
import dev.sluice.applier.ipvs.Claim.Place;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.SessionAffinity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one Service claims in one family. Built by one thread, then only read. */
final class ServiceClaims {
  private static final String HASH_OF_SOURCE = "sh";

  private final IpFamily family;
  private final NodeFacts node;
  private final String scheduler;
  private final Map<ServicePortName, Integer> marks;
  private final List<Claim> claims = new ArrayList<>();

  private ServiceClaims(
      IpFamily family, NodeFacts node, String scheduler, Map<ServicePortName, Integer> marks) {
    this.family = family;
    this.node = node;
    this.scheduler = scheduler;
    this.marks = marks;
  }

  /**
   * The claims of a Service.
   *
   * @param servers its virtual servers of this family
   * @param marks those of all Service ports that {@link #shortCircuit} names
   */
  static List<Claim> of(
      List<VirtualServer> servers,
      IpFamily family,
      NodeFacts node,
      String scheduler,
      Map<ServicePortName, Integer> marks) {
    ServiceClaims claims = new ServiceClaims(family, node, scheduler, marks);
    servers.forEach(claims::claim);
    return claims.claims;
  }

  /** Whether those inside go to other endpoints than those outside, which takes a mark. */
  static boolean shortCircuit(VirtualServer server) {
    return server.fromCluster().filter(Balance.class::isInstance).isPresent();
  }

  private void claim(VirtualServer server) {
    switch (server.frontEnd()) {
      case FrontEnd.HealthCheckNodePort(int port) ->
          single(server, IpvsSet.HEALTH_CHECK_NODE_PORT, new Element.OfPort(port));
      case FrontEnd.NodePort(int port) -> {
        Protocol protocol = server.name().protocol();
        for (IpAddress address : node.nodePortAddresses(family)) {
          socket(server, new OfSocket(address, protocol, port));
        }
        nodePort(server, port);
      }
      case FrontEnd.Addressed front -> {
        socket(server, new OfSocket(front.address(), server.name().protocol(), front.port()));
        if (!node.addresses().contains(front.address())) {
          single(server, IpvsSet.IPVS_IPS, new Element.OfAddress(front.address()));
          claims.add(
              Claim.single(new IpvsKey.OfVip(front.address()), IpvsObject.PRESENT, owner(server)));
        }
      }
    }
    hairpins(server);
  }

  private static String owner(VirtualServer server) {
    return VirtualServer.precedence(server.name(), server.frontEnd());
  }

  private void single(VirtualServer server, IpvsSet set, Element element) {
    claims.add(
        Claim.single(new IpvsKey.OfElement(set, element), IpvsObject.UNMARKED, owner(server)));
  }

  private void socket(VirtualServer server, OfSocket socket) {
    Map<IpvsKey, IpvsObject> objects = new HashMap<>();
    switch (server.verdict()) {
      case Balance balance -> {
        ServerKey key = new ServerKey.ToAddress(socket.protocol(), socket.address(), socket.port());
        objects.put(new IpvsKey.OfServer(key), balancing(settings(server), balance));
        put(objects, IpvsSet.SERVERS, socket);
      }
      case Verdict.Reject _ -> put(objects, IpvsSet.REJECT, socket);
      case Verdict.Drop _ -> put(objects, IpvsSet.DROP, socket);
      case Verdict.Accept _ -> {}
    }
    if (served(server)) {
      sources(objects, server, socket);
    }
    shortCircuit(objects, server, socket);
    boolean closed = !served(server);
    claims.add(
        new Claim(
            new Place.Socket(socket.protocol(), socket.address(), socket.port()),
            new Owner(closed, owner(server)),
            objects));
  }

  private static boolean served(VirtualServer server) {
    return server.verdict() instanceof Balance || shortCircuit(server);
  }

  /** Whom it is open to, and whose packets are masqueraded. */
  private void sources(Map<IpvsKey, IpvsObject> objects, VirtualServer server, OfSocket socket) {
    switch (server.frontEnd()) {
      case FrontEnd.ClusterIp _ -> put(objects, IpvsSet.CLUSTER_IP, socket);
      case FrontEnd.ExternalIp _ ->
          put(
              objects,
              server.keepsSource() ? IpvsSet.EXTERNAL_IP_LOCAL : IpvsSet.EXTERNAL_IP,
              socket);
      case FrontEnd.LoadBalancerIp _ -> {
        put(objects, IpvsSet.LOAD_BALANCER, socket);
        if (server.keepsSource()) {
          put(objects, IpvsSet.LOAD_BALANCER_LOCAL, socket);
        }
        ranges(objects, server.sourceRanges(), socket);
      }
      case FrontEnd.NodePort _ -> {
        if (socket.protocol() == Protocol.SCTP) {
          put(objects, IpvsSet.NODE_PORT_SCTP_HASH, socket);
          if (server.keepsSource()) {
            put(objects, IpvsSet.NODE_PORT_LOCAL_SCTP_HASH, socket);
          }
        }
      }
      case FrontEnd.HealthCheckNodePort _ -> {}
    }
  }

  private static void ranges(Map<IpvsKey, IpvsObject> objects, List<Cidr> ranges, OfSocket socket) {
    // a set can't hold the range of all addresses, and nobody is kept out by it
    if (ranges.isEmpty() || ranges.stream().anyMatch(range -> range.length() == 0)) {
      return;
    }
    put(objects, IpvsSet.LOAD_BALANCER_FW, socket);
    for (Cidr range : ranges) {
      if (range.length() == range.family().bits()) {
        put(
            objects,
            IpvsSet.LOAD_BALANCER_SOURCE_IP,
            new Element.OfSocketAndAddress(socket, range.network()));
      } else {
        put(
            objects,
            IpvsSet.LOAD_BALANCER_SOURCE_CIDR,
            new Element.OfSocketAndRange(socket, range));
      }
    }
  }

  private void shortCircuit(
      Map<IpvsKey, IpvsObject> objects, VirtualServer server, OfSocket socket) {
    if (server.fromCluster().orElse(server.verdict()) instanceof Balance inside
        && shortCircuit(server)) {
      int mark = Optional.ofNullable(marks.get(server.name())).orElseThrow();
      objects.put(new IpvsKey.OfElement(IpvsSet.SHORT_CIRCUIT, socket), new IpvsObject.Mark(mark));
      claims.add(
          Claim.single(
              new IpvsKey.OfServer(new ServerKey.Marked(family, mark)),
              balancing(settingsByMark(server), inside),
              owner(server)));
    }
  }

  private ServerSettings settings(VirtualServer server) {
    int persistence = server.affinity().map(SessionAffinity::timeoutSeconds).orElse(0);
    return new ServerSettings(scheduler, persistence);
  }

  /**
   * With persistence, the kernel leaves a packet's port as it is where a mark has told the virtual
   * server (ip_vs_sched_persist in net/netfilter/ipvs/ip_vs_core.c), so no endpoint would be met: a
   * client stays with its endpoint by its address's hash instead.
   */
  private ServerSettings settingsByMark(VirtualServer server) {
    return new ServerSettings(server.affinity().isPresent() ? HASH_OF_SOURCE : scheduler, 0);
  }

  private static IpvsObject balancing(ServerSettings settings, Balance balance) {
    return new IpvsObject.Server(
        settings,
        balance.destinations().stream()
            .map(destination -> new RealServer(destination.address(), destination.port()))
            .toList());
  }

  private void nodePort(VirtualServer server, int port) {
    if (!served(server)) {
      return;
    }
    Element element = new Element.OfPort(port);
    switch (server.name().protocol()) {
      case TCP -> {
        single(server, IpvsSet.NODE_PORT_TCP, element);
        if (server.keepsSource()) {
          single(server, IpvsSet.NODE_PORT_LOCAL_TCP, element);
        }
      }
      case UDP -> {
        single(server, IpvsSet.NODE_PORT_UDP, element);
        if (server.keepsSource()) {
          single(server, IpvsSet.NODE_PORT_LOCAL_UDP, element);
        }
      }
      case SCTP -> {} // by address and port
    }
  }

  /** What it takes for an endpoint to reach itself; as iptables' rules have it. */
  private void hairpins(VirtualServer server) {
    List<Verdict> verdicts = new ArrayList<>(server.fromCluster().stream().toList());
    verdicts.add(server.verdict());
    for (Verdict verdict : verdicts) {
      if (verdict instanceof Balance balance) {
        for (Destination destination : balance.destinations()) {
          if (destination.local() || server.keepsSource()) {
            OfSocket socket =
                new OfSocket(destination.address(), server.name().protocol(), destination.port());
            single(
                server,
                IpvsSet.LOOP_BACK,
                new Element.OfSocketAndAddress(socket, destination.address()));
          }
        }
      }
    }
  }

  private static void put(Map<IpvsKey, IpvsObject> objects, IpvsSet set, Element element) {
    objects.put(new IpvsKey.OfElement(set, element), IpvsObject.UNMARKED);
  }
}
