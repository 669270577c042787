package dev.sluice.applier.forwarding;

import dev.sluice.applier.forwarding.EndpointSelector.EndpointSets;
import dev.sluice.applier.forwarding.Verdict.Balance;
import dev.sluice.applier.forwarding.Verdict.Drop;
import dev.sluice.applier.forwarding.Verdict.EndpointSet;
import dev.sluice.applier.forwarding.Verdict.Reject;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.LoadBalancerAddress;
import dev.sluice.events.model.LoadBalancerAddress.IpMode;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.NodeAddress;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import dev.sluice.events.model.ServicePort;
import dev.sluice.events.model.TrafficPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a node forwards, as a function of the cluster's image and the node. Pure. */
public final class ForwardingTable {
  private final String nodeName;

  /**
   * @param nodeName the node that forwards
   */
  public ForwardingTable(String nodeName) {
    this.nodeName = nodeName;
  }

  /**
   * The virtual servers of one Service; none where the Service does not exist or is not ours to
   * serve.
   *
   * @return by port, then by family; the ClusterIP first, the node port last; in the end the port
   *     of health checks, by family
   */
  public List<VirtualServer> virtualServers(ClusterImage image, ServiceName name) {
    Optional<Node> node = image.node(nodeName);
    List<IpAddress> own =
        node.stream().flatMap(n -> n.addresses().stream()).map(NodeAddress::address).toList();
    EndpointSelector selector = selector(image, nodeName);
    return image
        .service(name)
        .filter(service -> service.notServed().isEmpty())
        .map(service -> virtualServers(service, image.slices(name), selector, own))
        .orElse(List.of());
  }

  /**
   * The Services that this node may forward differently after a delta: those that changed; and all,
   * those that are gone included, where this node's zone, addresses or ranges of pods did.
   *
   * @param after the image that the delta leads to
   */
  public Set<ServiceName> touched(ClusterDelta delta, ClusterImage after) {
    Set<ServiceName> touched = new TreeSet<>(delta.changedServices());
    if (shapedOtherwise(delta, after)) {
      touched.addAll(after.services());
    }
    return touched;
  }

  /** Whether this node's zone, addresses or ranges of pods are others after a delta. */
  public boolean shapedOtherwise(ClusterDelta delta, ClusterImage after) {
    if (!delta.changedNodes().contains(nodeName)) {
      return false;
    }
    Optional<Node> old = delta.from().node(nodeName);
    Optional<Node> now = after.node(nodeName);
    return !old.map(Node::zone).equals(now.map(Node::zone))
        || !old.map(Node::addresses).equals(now.map(Node::addresses))
        || !old.map(Node::podCidrs).equals(now.map(Node::podCidrs));
  }

  /** The virtual servers of each of these Services. */
  public Map<ServiceName, List<VirtualServer>> virtualServers(
      ClusterImage image, Collection<ServiceName> names) {
    Map<ServiceName, List<VirtualServer>> servers = new HashMap<>();
    names.forEach(name -> servers.put(name, virtualServers(image, name)));
    return servers;
  }

  /** What picks endpoints on a node. */
  static EndpointSelector selector(ClusterImage image, String nodeName) {
    return new EndpointSelector(nodeName, image.node(nodeName).map(Node::zone).orElse(""));
  }

  private static List<VirtualServer> virtualServers(
      Service service,
      Collection<EndpointSlice> slices,
      EndpointSelector selector,
      List<IpAddress> nodeAddresses) {
    List<VirtualServer> result = new ArrayList<>();
    for (ServicePort port : service.ports()) {
      for (IpAddress clusterIp : service.clusterIps()) {
        IpFamily family = clusterIp.family();
        EndpointSets sets = selector.sets(slices, port, family);
        ServicePortName name = new ServicePortName(service.name(), port.name(), port.protocol());
        FrontEnd.ClusterIp own = new FrontEnd.ClusterIp(clusterIp, port.port());
        result.add(internal(name, own, service, sets));
        for (FrontEnd frontEnd : externalFrontEnds(service, port, family)) {
          result.add(external(name, family, frontEnd, service, sets, nodeAddresses));
        }
      }
    }
    result.addAll(healthChecks(service));
    return result;
  }

  private static List<VirtualServer> healthChecks(Service service) {
    if (!service.checksHealth()) {
      return List.of();
    }
    ServicePortName name = new ServicePortName(service.name(), "", Protocol.TCP);
    FrontEnd frontEnd = new FrontEnd.HealthCheckNodePort(service.healthCheckNodePort());
    return service.clusterIps().stream()
        .map(ip -> new VirtualServer(name, ip.family(), frontEnd, new Verdict.Accept()))
        .toList();
  }

  private static VirtualServer internal(
      ServicePortName name, FrontEnd.ClusterIp frontEnd, Service service, EndpointSets sets) {
    return new VirtualServer(
        name,
        frontEnd.address().family(),
        frontEnd,
        verdict(service.internalTrafficPolicy(), sets),
        Optional.empty(),
        false,
        List.of(),
        service.sessionAffinity());
  }

  private static VirtualServer external(
      ServicePortName name,
      IpFamily family,
      FrontEnd frontEnd,
      Service service,
      EndpointSets sets,
      List<IpAddress> nodeAddresses) {
    boolean local = service.externalTrafficPolicy() == TrafficPolicy.LOCAL;
    return new VirtualServer(
        name,
        family,
        frontEnd,
        verdict(service.externalTrafficPolicy(), sets),
        // whoever is in the cluster already need not come by the node that has an endpoint
        local ? Optional.of(verdict(TrafficPolicy.CLUSTER, sets)) : Optional.empty(),
        local,
        frontEnd instanceof FrontEnd.LoadBalancerIp vip
            ? sources(service, vip.address(), nodeAddresses)
            : List.of(),
        service.sessionAffinity());
  }

  /** Where a node may connect from, its load balancer's address may, as that reaches the node. */
  private static List<Cidr> sources(Service service, IpAddress vip, List<IpAddress> nodeAddresses) {
    List<Cidr> ranges = new ArrayList<>(service.loadBalancerSourceRanges());
    ranges.removeIf(range -> range.family() != vip.family());
    if (ranges.stream().anyMatch(range -> nodeAddresses.stream().anyMatch(range::contains))) {
      ranges.add(Cidr.of(vip));
    }
    return ranges;
  }

  private static List<FrontEnd> externalFrontEnds(
      Service service, ServicePort port, IpFamily family) {
    List<FrontEnd> result = new ArrayList<>();
    for (IpAddress ip : service.externalIps()) {
      if (ip.family() == family) {
        result.add(new FrontEnd.ExternalIp(ip, port.port()));
      }
    }
    for (LoadBalancerAddress address : service.loadBalancerAddresses()) {
      if (address.ip().family() == family && address.ipMode() == IpMode.VIP) {
        result.add(new FrontEnd.LoadBalancerIp(address.ip(), port.port()));
      }
    }
    if (port.nodePort() != 0) {
      result.add(new FrontEnd.NodePort(port.nodePort()));
    }
    return result;
  }

  private static Verdict verdict(TrafficPolicy policy, EndpointSets sets) {
    List<Destination> cluster = sets.cluster();
    return switch (policy) {
      case CLUSTER -> cluster.isEmpty() ? new Reject() : new Balance(EndpointSet.CLUSTER, cluster);
      case LOCAL -> {
        if (!sets.local().isEmpty()) {
          yield new Balance(EndpointSet.LOCAL, sets.local());
        }
        yield cluster.isEmpty() ? new Reject() : new Drop();
      }
    };
  }
}
