package dev.sluice.local.faults;

import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.Endpoint;
import dev.sluice.events.model.EndpointPort;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.NodeAddress;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import dev.sluice.events.model.ServicePort;
import dev.sluice.events.model.SessionAffinity;
import dev.sluice.events.model.TrafficPolicy;
import dev.sluice.local.lab.NodeLab;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * A cluster of one Service that never changes, through which connections are open, and of others
 * that come, change and go at random. Deterministic by its source of randomness. For one thread.
 */
final class ChurnCluster {
  static final String NODE = "node";
  static final int STEADY_PORT = 80;
  static final int POD_PORT = 8080;

  private static final String NAMESPACE = "faults";
  private static final ServiceName STEADY = new ServiceName(NAMESPACE, "steady");
  private static final int MOST_ENDPOINTS = 5;

  private final RandomGenerator random;
  private final int services;
  private final Map<ObjectKey, ClusterObject> objects = new HashMap<>();

  /**
   * @param services how many others there may be, 1 to 60,000
   */
  ChurnCluster(RandomGenerator random, int services) {
    this.random = random;
    this.services = services;
  }

  /** The steady Service's address. */
  static IpAddress steadyAddress(IpFamily family) {
    return clusterIp(family, 10);
  }

  /** All there is now. */
  Map<ObjectKey, ClusterObject> objects() {
    return Map.copyOf(objects);
  }

  /**
   * The node, the steady Service, and about half of the others.
   *
   * @param pods the addresses of the steady Service's endpoints
   */
  List<Edit> start(List<IpAddress> pods) {
    List<Edit> edits = new ArrayList<>();
    edits.add(put(node()));
    edits.add(put(service(STEADY, 10, List.of(tcp(STEADY_PORT)), Optional.empty())));
    for (IpFamily family : IpFamily.values()) {
      List<IpAddress> own = pods.stream().filter(pod -> pod.family() == family).toList();
      edits.add(put(slice(STEADY, family, own, NODE)));
    }
    for (int number = 0; number < services; number++) {
      if (random.nextBoolean()) {
        edits.addAll(come(number));
      }
    }
    return edits;
  }

  /** So many steps, or one more: a Service with its slices comes or goes at once. */
  List<Edit> burst(int steps) {
    List<Edit> edits = new ArrayList<>();
    while (edits.size() < steps) {
      int number = random.nextInt(services);
      if (!objects.containsKey(name(number).key())) {
        edits.addAll(come(number));
      } else if (random.nextInt(4) == 0) {
        edits.addAll(go(number));
      } else if (random.nextInt(4) == 0) {
        edits.add(put(randomService(number)));
      } else {
        edits.add(put(randomSlice(number, family())));
      }
    }
    return edits;
  }

  /** So many Services that were never there before, each with a slice of each family. */
  List<Edit> newcomers(int first, int number, int endpoints) {
    List<Edit> edits = new ArrayList<>();
    for (int i = first; i < first + number; i++) {
      ServiceName name = new ServiceName(NAMESPACE, "newcomer-" + i);
      int host = 0x8000 + i;
      edits.add(put(service(name, host, List.of(tcp(80)), Optional.empty())));
      for (IpFamily family : IpFamily.values()) {
        edits.add(put(slice(name, family, pods(family, 1 + i * endpoints, endpoints), "")));
      }
    }
    return edits;
  }

  /** The Services of {@link #newcomers} go again. */
  List<Edit> farewell(int first, int number) {
    List<Edit> edits = new ArrayList<>();
    for (int i = first; i < first + number; i++) {
      edits.addAll(remove(new ServiceName(NAMESPACE, "newcomer-" + i)));
    }
    return edits;
  }

  /** The ClusterIP of a newcomer. */
  static IpAddress newcomerAddress(IpFamily family, int number) {
    return clusterIp(family, 0x8000 + number);
  }

  /**
   * One Service of so many endpoints, some of them ready, in slices of one size.
   *
   * @param ready how many of a hundred are
   */
  List<Edit> giant(int endpoints, int size, int ready) {
    ServiceName name = new ServiceName(NAMESPACE, "giant");
    List<Edit> edits = new ArrayList<>();
    edits.add(put(service(name, 11, List.of(tcp(80)), Optional.empty())));
    for (int first = 0; first < endpoints; first += size) {
      int number = first / size;
      List<Endpoint> all =
          pods(IpFamily.IPV4, 0x10000 + first, Math.min(size, endpoints - first)).stream()
              .map(pod -> endpoint(pod, random.nextInt(100) < ready, "elsewhere"))
              .toList();
      edits.add(put(slice(name, "giant-" + number, IpFamily.IPV4, all)));
    }
    return edits;
  }

  /** The Service of {@link #giant} goes, with its slices. */
  List<Edit> giantGone() {
    ServiceName name = new ServiceName(NAMESPACE, "giant");
    List<ClusterObject> its =
        objects.values().stream()
            .filter(
                object ->
                    object instanceof EndpointSlice slice
                        && slice.serviceName().equals(Optional.of(name)))
            .toList();
    List<Edit> edits = new ArrayList<>();
    for (ClusterObject slice : its) {
      edits.add(new Edit(Optional.ofNullable(objects.remove(slice.key())), Optional.empty()));
    }
    edits.addAll(remove(name));
    return edits;
  }

  private List<Edit> come(int number) {
    return List.of(
        put(randomService(number)),
        put(randomSlice(number, IpFamily.IPV4)),
        put(randomSlice(number, IpFamily.IPV6)));
  }

  private List<Edit> go(int number) {
    return remove(name(number));
  }

  private List<Edit> remove(ServiceName name) {
    List<Edit> edits = new ArrayList<>();
    for (IpFamily family : IpFamily.values()) {
      ClusterObject slice = objects.remove(slice(name, family, List.of(), "").key());
      if (slice != null) {
        edits.add(new Edit(Optional.of(slice), Optional.empty()));
      }
    }
    edits.add(new Edit(Optional.ofNullable(objects.remove(name.key())), Optional.empty()));
    return edits;
  }

  private Edit put(ClusterObject object) {
    return new Edit(Optional.ofNullable(objects.put(object.key(), object)), Optional.of(object));
  }

  private IpFamily family() {
    return random.nextBoolean() ? IpFamily.IPV4 : IpFamily.IPV6;
  }

  private Service randomService(int number) {
    List<ServicePort> ports = new ArrayList<>(List.of(tcp(80 + random.nextInt(2))));
    if (random.nextInt(3) == 0) {
      ports.set(0, new ServicePort("web", Protocol.TCP, 80, 0));
      ports.add(new ServicePort("dns", Protocol.UDP, 53, 0));
    }
    Optional<SessionAffinity> affinity =
        random.nextInt(5) == 0 ? Optional.of(new SessionAffinity(60)) : Optional.empty();
    return service(name(number), 100 + number, ports, affinity);
  }

  private EndpointSlice randomSlice(int number, IpFamily family) {
    int first = 1 + number * MOST_ENDPOINTS;
    List<Endpoint> endpoints =
        pods(family, first, random.nextInt(MOST_ENDPOINTS + 1)).stream()
            .map(pod -> endpoint(pod, random.nextInt(6) != 0, "elsewhere"))
            .toList();
    return slice(name(number), sliceName(name(number), family), family, endpoints);
  }

  private static ServiceName name(int number) {
    return new ServiceName(NAMESPACE, "service-" + number);
  }

  private static ServicePort tcp(int port) {
    return new ServicePort("", Protocol.TCP, port, 0);
  }

  private static Service service(
      ServiceName name, int host, List<ServicePort> ports, Optional<SessionAffinity> affinity) {
    return new Service(
        name,
        Service.Type.CLUSTER_IP,
        List.of(clusterIp(IpFamily.IPV4, host), clusterIp(IpFamily.IPV6, host)),
        ports,
        List.of(),
        List.of(),
        List.of(),
        TrafficPolicy.CLUSTER,
        TrafficPolicy.CLUSTER,
        affinity,
        0,
        "");
  }

  private static EndpointSlice slice(
      ServiceName service, IpFamily family, List<IpAddress> pods, String node) {
    return slice(
        service,
        sliceName(service, family),
        family,
        pods.stream().map(pod -> endpoint(pod, true, node)).toList());
  }

  private static EndpointSlice slice(
      ServiceName service, String name, IpFamily family, List<Endpoint> endpoints) {
    List<EndpointPort> ports =
        List.of(
            new EndpointPort("", Protocol.TCP, POD_PORT),
            new EndpointPort("web", Protocol.TCP, POD_PORT),
            new EndpointPort("dns", Protocol.UDP, 5353));
    return new EndpointSlice(
        NAMESPACE, name, Optional.of(service), family, endpoints, ports, false, "");
  }

  private static String sliceName(ServiceName service, IpFamily family) {
    return service.name() + (family == IpFamily.IPV4 ? "-4" : "-6");
  }

  private static Endpoint endpoint(IpAddress pod, boolean ready, String node) {
    return new Endpoint(pod, ready, ready, false, node, List.of(), List.of());
  }

  private static IpAddress clusterIp(IpFamily family, int host) {
    return family == IpFamily.IPV4
        ? new IpAddress(family, 0, 0x0a60_0000L + host)
        : new IpAddress(family, 0xfd00_0010_0096_0000L, host);
  }

  /** Addresses of pods of other nodes, one after the other. */
  private static List<IpAddress> pods(IpFamily family, int first, int number) {
    return IntStream.range(first, first + number)
        .mapToObj(
            host ->
                family == IpFamily.IPV4
                    ? new IpAddress(family, 0, 0x0a80_0000L + host)
                    : new IpAddress(family, 0xfd00_0010_0128_0000L, host))
        .toList();
  }

  private static Node node() {
    List<NodeAddress> addresses =
        List.of(
            new NodeAddress(NodeAddress.Type.INTERNAL_IP, IpAddress.parse(NodeLab.NODE_V4)),
            new NodeAddress(NodeAddress.Type.INTERNAL_IP, IpAddress.parse(NodeLab.NODE_V6)));
    return new Node(NODE, addresses, "", List.of(), false, false);
  }
}
