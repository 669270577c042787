package dev.sluice.local.kernel;

import dev.sluice.events.model.Endpoint;
import dev.sluice.events.model.EndpointPort;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import dev.sluice.events.model.ServicePort;
import dev.sluice.events.model.TrafficPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Services and endpoints at random, and random edits of them: every form that rules can take. */
final class RandomCluster {
  private static final List<Protocol> PROTOCOLS =
      List.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP);

  private final RandomGenerator random;

  RandomCluster(RandomGenerator random) {
    this.random = random;
  }

  /** So many dual-stack Services with their slices. */
  Cluster of(int services) {
    Cluster cluster = Cluster.EMPTY;
    for (int number = 0; number < services; number++) {
      cluster = cluster.with(service(number));
      cluster = cluster.with(slice(number, IpFamily.IPV4)).with(slice(number, IpFamily.IPV6));
    }
    return cluster;
  }

  /** One more step: a Service or a slice added, replaced or deleted. */
  Cluster edited(Cluster cluster, int services) {
    int number = random.nextInt(services + services / 10);
    IpFamily family = random.nextBoolean() ? IpFamily.IPV4 : IpFamily.IPV6;
    return switch (random.nextInt(6)) {
      case 0 -> cluster.without(name(number).key());
      case 1 -> cluster.without(ObjectKey.endpointSlice("random", sliceName(number, family)));
      case 2, 3 -> cluster.with(service(number));
      default -> cluster.with(slice(number, family));
    };
  }

  /** A Service of one to three ports, which may have node ports; its address is by its number. */
  private Service service(int number) {
    boolean nodePorts = random.nextInt(3) == 0;
    List<ServicePort> ports = new ArrayList<>();
    int count = 1 + random.nextInt(PROTOCOLS.size());
    for (int i = 0; i < count; i++) {
      int nodePort = nodePorts ? 30_000 + 3 * number + i : 0;
      String name = count == 1 ? "" : "p" + i;
      // the same number under every protocol, now and then
      int port = random.nextBoolean() ? 53 : 80 + i;
      ports.add(new ServicePort(name, PROTOCOLS.get(i), port, nodePort));
    }
    return new Service(
        name(number),
        nodePorts ? Service.Type.NODE_PORT : Service.Type.CLUSTER_IP,
        List.of(clusterIp(number, IpFamily.IPV4), clusterIp(number, IpFamily.IPV6)),
        ports,
        List.of(),
        List.of(),
        List.of(),
        TrafficPolicy.CLUSTER,
        TrafficPolicy.CLUSTER,
        Optional.empty(),
        0,
        "");
  }

  /** Up to eight endpoints, none now and then, some of them on the node that forwards. */
  private EndpointSlice slice(int number, IpFamily family) {
    List<Endpoint> endpoints = new ArrayList<>();
    int count = Math.max(0, random.nextInt(11) - 2);
    for (int i = 0; i < count; i++) {
      String node = random.nextInt(3) == 0 ? Cluster.NODE : "node-2";
      endpoints.add(
          new Endpoint(
              pod(1 + random.nextInt(60_000), family),
              random.nextInt(5) > 0,
              true,
              false,
              node,
              List.of(),
              List.of()));
    }
    List<EndpointPort> ports = new ArrayList<>(List.of(new EndpointPort("", Protocol.TCP, 8080)));
    for (int i = 0; i < PROTOCOLS.size(); i++) {
      ports.add(new EndpointPort("p" + i, PROTOCOLS.get(i), 8080 + i));
    }
    return new EndpointSlice(
        "random",
        sliceName(number, family),
        Optional.of(name(number)),
        family,
        endpoints,
        ports,
        false,
        "");
  }

  private static ServiceName name(int number) {
    return new ServiceName("random", "service-" + number);
  }

  private static String sliceName(int number, IpFamily family) {
    return "service-" + number + "-" + family.bits();
  }

  /** Spread over the range, so that the trees get branches of several depths. */
  private static IpAddress clusterIp(int number, IpFamily family) {
    int host = number % 2 == 0 ? 1 + number : 1 + number * 167 % 65_000;
    return new IpAddress(
        family,
        family == IpFamily.IPV4 ? 0 : 0xfd00_0010_0096_0000L,
        family == IpFamily.IPV4 ? 0x0a60_0000L + host : host);
  }

  private static IpAddress pod(int host, IpFamily family) {
    return new IpAddress(
        family,
        family == IpFamily.IPV4 ? 0 : 0xfd00_0010_0244_0000L,
        family == IpFamily.IPV4 ? 0x0af4_0000L + host : host);
  }
}
