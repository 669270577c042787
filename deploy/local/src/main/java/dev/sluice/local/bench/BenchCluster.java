package dev.sluice.local.bench;

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
import dev.sluice.local.lab.NodeLab;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A cluster of equal Services. The first one is measured: it speaks UDP, and its endpoints are on
 * the node; all others' are elsewhere. Pure.
 *
 * @param services how many, 1 to 60,000
 * @param endpoints how many each Service has, 1 to 200
 */
public record BenchCluster(int services, int endpoints) {
  public static final String NODE = "node";

  static final int PORT = 80;

  private static final String NAMESPACE = "bench";
  private static final long FIRST_CLUSTER_IP = ipv4(10, 96, 0, 10);
  private static final long FIRST_REMOTE_POD = ipv4(10, 128, 0, 1);
  private static final long FIRST_LOCAL_POD = ipv4(10, 244, 1, 10);

  public BenchCluster {
    if (services < 1 || services > 60_000 || endpoints < 1 || endpoints > 200) {
      throw new IllegalArgumentException(
          "%d services of %d endpoints: 1 to 60000 of 1 to 200 are possible"
              .formatted(services, endpoints));
    }
  }

  private static long ipv4(int a, int b, int c, int d) {
    return ((long) a << 24) | ((long) b << 16) | ((long) c << 8) | d;
  }

  private static IpAddress address(long value) {
    return new IpAddress(IpFamily.IPV4, 0, value);
  }

  /** All objects, the measured slice with its endpoints at the port given. */
  public List<ClusterObject> objects(int endpointPort) {
    List<ClusterObject> objects = new ArrayList<>();
    objects.add(node());
    for (int i = 0; i < services; i++) {
      objects.add(service(i));
      objects.add(i == 0 ? measuredSlice(endpointPort) : slice(i));
    }
    return objects;
  }

  /** The address of the measured Service. */
  IpAddress clusterIp() {
    return address(FIRST_CLUSTER_IP);
  }

  /** The endpoints of the measured Service. */
  List<IpAddress> measuredEndpoints() {
    return addresses(FIRST_LOCAL_POD);
  }

  /** The measured Service's slice, with all endpoints at one port. */
  public EndpointSlice measuredSlice(int port) {
    return slice(0, measuredEndpoints(), NODE, new EndpointPort("", Protocol.UDP, port));
  }

  private EndpointSlice slice(int service) {
    List<IpAddress> pods = addresses(FIRST_REMOTE_POD + (long) service * endpoints);
    return slice(service, pods, "elsewhere", new EndpointPort("", Protocol.TCP, 8080));
  }

  private static EndpointSlice slice(
      int service, List<IpAddress> pods, String node, EndpointPort port) {
    List<Endpoint> ready =
        pods.stream()
            .map(pod -> new Endpoint(pod, true, true, false, node, List.of(), List.of()))
            .toList();
    ServiceName name = name(service);
    return new EndpointSlice(
        NAMESPACE,
        name.name() + "-1",
        Optional.of(name),
        IpFamily.IPV4,
        ready,
        List.of(port),
        false,
        "");
  }

  private List<IpAddress> addresses(long first) {
    return IntStream.range(0, endpoints).mapToObj(i -> address(first + i)).toList();
  }

  private static ServiceName name(int service) {
    return new ServiceName(NAMESPACE, "service-" + service);
  }

  private static Service service(int number) {
    Protocol protocol = number == 0 ? Protocol.UDP : Protocol.TCP;
    return new Service(
        name(number),
        Service.Type.CLUSTER_IP,
        List.of(address(FIRST_CLUSTER_IP + number)),
        List.of(new ServicePort("", protocol, PORT, 0)),
        List.of(),
        List.of(),
        List.of(),
        TrafficPolicy.CLUSTER,
        TrafficPolicy.CLUSTER,
        Optional.empty(),
        0,
        "");
  }

  private static Node node() {
    NodeAddress address =
        new NodeAddress(NodeAddress.Type.INTERNAL_IP, IpAddress.parse(NodeLab.NODE_V4));
    return new Node(NODE, List.of(address), "", List.of(), false, false);
  }
}
