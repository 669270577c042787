package dev.sluice.local.bench.traffic;

import dev.sluice.applier.forwarding.Destination;
import dev.sluice.applier.forwarding.FrontEnd.ClusterIp;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.ServicePortName;
import dev.sluice.applier.forwarding.Verdict.Balance;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.ServiceName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Equal TCP Services with a ClusterIP each. Pure.
 *
 * @param services how many, 1 to 60,000
 * @param endpoints how many each Service has, 1 to 200; together at most 4,000,000
 */
public record Workload(IpFamily family, int services, int endpoints) {
  /** As on a node with default flags, and no way to tell pods. */
  public static final NodePolicy POLICY =
      NodeConfig.DEFAULTS.on(new Node("bench", List.of(), "", List.of(), false, false));

  public static final int PORT = 80;
  public static final int ENDPOINT_PORT = 8080;

  /** All endpoints' addresses, replacements included, are in one of these. */
  static final String ENDPOINTS_V4 = "10.128.0.0/9";

  static final String ENDPOINTS_V6 = "fd00:10:128::/64";

  private static final int MOST_ENDPOINTS = 4_000_000;
  // as many pods as kubelet lets a node have by default
  private static final int LOCAL_ENDPOINTS = 110;
  private static final IpAddress FIRST_SERVICE_V4 = IpAddress.parse("10.96.0.10");
  private static final IpAddress FIRST_SERVICE_V6 = IpAddress.parse("fd00:10:96::a");
  private static final IpAddress FIRST_ENDPOINT_V4 = IpAddress.parse("10.128.0.1");
  private static final IpAddress FIRST_ENDPOINT_V6 = IpAddress.parse("fd00:10:128::1");

  public Workload {
    if (services < 1
        || services > 60_000
        || endpoints < 1
        || endpoints > 200
        || services * endpoints > MOST_ENDPOINTS) {
      throw new IllegalArgumentException(
          "%d services of %d endpoints: 1 to 60000 of 1 to 200 are possible, %d endpoints in all"
              .formatted(services, endpoints, MOST_ENDPOINTS));
    }
  }

  /** All Services, in the order of their addresses. */
  public List<VirtualServer> servers() {
    return IntStream.range(0, services).mapToObj(i -> server(i, destinations(i))).toList();
  }

  /** Virtual servers by their Services, as back ends take them; one of each. */
  public static Map<ServiceName, List<VirtualServer>> byService(List<VirtualServer> servers) {
    Map<ServiceName, List<VirtualServer>> byName = new LinkedHashMap<>();
    servers.forEach(server -> byName.put(server.name().service(), List.of(server)));
    return byName;
  }

  /**
   * A Service one of whose endpoints is another.
   *
   * @param before the Service as it is
   * @param number of the change, from 0; each brings an endpoint that none had before
   */
  public VirtualServer replaced(VirtualServer before, int number) {
    if (!(before.verdict() instanceof Balance balance)) {
      throw new IllegalArgumentException(before.name() + " has no endpoints");
    }
    List<Destination> destinations = new ArrayList<>(balance.destinations());
    destinations.removeFirst();
    destinations.add(destination((long) services * endpoints + number, false));
    return new VirtualServer(before.name(), family, before.frontEnd(), new Balance(destinations));
  }

  /** The address of a Service, counted from 0. */
  public IpAddress clusterIp(int service) {
    return plus(family == IpFamily.IPV4 ? FIRST_SERVICE_V4 : FIRST_SERVICE_V6, service);
  }

  /** Where a Service is to be had, counted from 0. */
  public InetSocketAddress service(int number) {
    return socketAddress(clusterIp(number), PORT);
  }

  /** Where some endpoint is to be had. */
  public InetSocketAddress someEndpoint() {
    return socketAddress(endpoint(0), ENDPOINT_PORT);
  }

  private static InetSocketAddress socketAddress(IpAddress address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address.toString()), port);
  }

  private VirtualServer server(int service, List<Destination> destinations) {
    ServicePortName name =
        new ServicePortName(new ServiceName("bench", "service-" + service), "", Protocol.TCP);
    return new VirtualServer(
        name, family, new ClusterIp(clusterIp(service), PORT), new Balance(destinations));
  }

  /** A few of all are on this node, spread over the Services. */
  private List<Destination> destinations(int service) {
    int stride = (services * endpoints - 1) / LOCAL_ENDPOINTS + 1;
    return IntStream.range(service * endpoints, (service + 1) * endpoints)
        .mapToObj(number -> destination(number, number % stride == 0))
        .toList();
  }

  private Destination destination(long number, boolean local) {
    return new Destination(endpoint(number), ENDPOINT_PORT, local);
  }

  private IpAddress endpoint(long number) {
    return plus(family == IpFamily.IPV4 ? FIRST_ENDPOINT_V4 : FIRST_ENDPOINT_V6, number);
  }

  private static IpAddress plus(IpAddress first, long number) {
    return new IpAddress(first.family(), first.high(), first.low() + number);
  }
}
