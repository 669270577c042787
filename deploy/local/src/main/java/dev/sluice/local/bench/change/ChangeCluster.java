package dev.sluice.local.bench.change;

import dev.sluice.events.event.LogRecord;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.Endpoint;
import dev.sluice.events.model.EndpointPort;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.NodeAddress;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import dev.sluice.events.model.ServicePort;
import dev.sluice.events.model.TrafficPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A dual-stack cluster: Services with a ClusterIP and endpoints of both families, the first of them
 * with a node port and the second with 1,000 endpoints of each family. Pure.
 *
 * @param services how many, 4 to 20,000
 */
public record ChangeCluster(int services) {
  static final String NODE = "node-0";

  /** Of each family, for every Service but the large one. */
  public static final int ENDPOINTS = 20;

  /** Endpoints of the large Service, of each family; {@link #SLICE} in each slice. */
  static final int MANY = 1000;

  /** What Kubernetes puts in a slice at most, unless told otherwise. */
  static final int SLICE = 100;

  static final int NODE_PORT = 0;
  static final int LARGE = 1;

  /** From this one on, all are equal. */
  public static final int PLAIN = 2;

  private static final int BATCH = 500;
  private static final int NODES = 500;
  private static final int PORT = 80;
  private static final int LARGEST = 20_000;

  public ChangeCluster {
    if (services < PLAIN + 2 || services > LARGEST) {
      throw new IllegalArgumentException(services + " services: 4 to 20000 are possible");
    }
  }

  /** The node, and all Services with their slices. */
  List<ClusterObject> objects() {
    List<ClusterObject> objects = new ArrayList<>();
    NodeAddress address =
        new NodeAddress(NodeAddress.Type.INTERNAL_IP, IpAddress.parse("192.168.0.1"));
    objects.add(new Node(NODE, List.of(address), "", List.of(), false, false));
    for (int number = 0; number < services; number++) {
      objects.addAll(service(number));
    }
    return objects;
  }

  /** The records of all objects, piece by piece as an applier reads them. */
  public List<List<LogRecord>> batches() {
    List<LogRecord> all = ChangeKind.records(objects());
    return IntStream.iterate(0, from -> from < all.size(), from -> from + BATCH)
        .mapToObj(from -> all.subList(from, Math.min(all.size(), from + BATCH)))
        .toList();
  }

  /** One Service with its slices. */
  List<ClusterObject> service(int number) {
    List<ClusterObject> objects = new ArrayList<>();
    boolean nodePort = number == NODE_PORT;
    objects.add(
        new Service(
            name(number),
            nodePort ? Service.Type.NODE_PORT : Service.Type.CLUSTER_IP,
            List.of(clusterIp(IpFamily.IPV4, number), clusterIp(IpFamily.IPV6, number)),
            List.of(new ServicePort("", Protocol.TCP, PORT, nodePort ? 30_080 : 0)),
            List.of(),
            List.of(),
            List.of(),
            TrafficPolicy.CLUSTER,
            TrafficPolicy.CLUSTER,
            Optional.empty(),
            0,
            ""));
    for (IpFamily family : IpFamily.values()) {
      for (int first = 0; first < endpoints(number); first += SLICE) {
        objects.add(slice(family, number, first, false));
      }
    }
    return objects;
  }

  /** The first IPv4 slice of a Service, with its first endpoint replaced by another or not. */
  public EndpointSlice firstSlice(int service, boolean replaced) {
    return slice(IpFamily.IPV4, service, 0, replaced);
  }

  private static int endpoints(int service) {
    return service == LARGE ? MANY : ENDPOINTS;
  }

  private static EndpointSlice slice(
      IpFamily family, int service, int first, boolean firstReplaced) {
    List<Endpoint> endpoints = new ArrayList<>();
    int last = Math.min(first + SLICE, endpoints(service));
    for (int i = first; i < last; i++) {
      IpAddress address =
          pod(family, service, firstReplaced && i == first ? endpoints(service) : i);
      String node = "node-" + (service * 7 + i) % NODES;
      endpoints.add(new Endpoint(address, true, true, false, node, List.of(), List.of()));
    }
    return new EndpointSlice(
        name(service).namespace(),
        "%s-%s-%d".formatted(name(service).name(), family == IpFamily.IPV4 ? "v4" : "v6", first),
        Optional.of(name(service)),
        family,
        endpoints,
        List.of(new EndpointPort("", Protocol.TCP, 8080)),
        false,
        "");
  }

  private static ServiceName name(int number) {
    return new ServiceName("namespace-" + number % 50, "service-" + number);
  }

  private static IpAddress clusterIp(IpFamily family, int number) {
    return family == IpFamily.IPV4
        ? new IpAddress(family, 0, (10L << 24 | 96L << 16) + 10 + number)
        : new IpAddress(family, 0xfd00_0010_0096_0000L, 10 + number);
  }

  /** An address that no other Service has. */
  private static IpAddress pod(IpFamily family, int service, int index) {
    // 2,048 addresses each to the node-port and the large Service, 32 to each of the others
    long number = service < PLAIN ? service * 2048L + index : service * 32L + 8192 + index;
    return family == IpFamily.IPV4
        ? new IpAddress(family, 0, (10L << 24 | 128L << 16) + number)
        : new IpAddress(family, 0xfd00_0010_0128_0000L, number);
  }
}
