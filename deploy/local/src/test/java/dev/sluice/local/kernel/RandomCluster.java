package dev.sluice.local.kernel;

import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.Endpoint;
import dev.sluice.events.model.EndpointPort;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.LoadBalancerAddress;
import dev.sluice.events.model.LoadBalancerAddress.IpMode;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.NodeAddress;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import dev.sluice.events.model.ServicePort;
import dev.sluice.events.model.SessionAffinity;
import dev.sluice.events.model.TrafficPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Services and endpoints at random, and random edits of them: every form that rules can take. */
final class RandomCluster {
  private static final List<Protocol> PROTOCOLS =
      List.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP);

  private static final String ZONE = "zone-a";
  private static final Node NODE =
      new Node(
          Cluster.NODE,
          List.of(
              new NodeAddress(NodeAddress.Type.INTERNAL_IP, IpAddress.parse("10.244.0.1")),
              new NodeAddress(NodeAddress.Type.INTERNAL_IP, IpAddress.parse("fd00:10:244::1"))),
          ZONE,
          List.of(),
          false,
          false);

  private final RandomGenerator random;

  RandomCluster(RandomGenerator random) {
    this.random = random;
  }

  /** So many dual-stack Services with their slices, and the node. */
  Cluster of(int services) {
    Cluster cluster = Cluster.EMPTY.with(NODE);
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

  /**
   * A Service of one to three ports, which may have node ports, and any of what else shapes rules;
   * its addresses are by its number.
   */
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
    boolean healthChecks = random.nextInt(5) == 0;
    Service.Type type = nodePorts ? Service.Type.NODE_PORT : Service.Type.CLUSTER_IP;
    return new Service(
        name(number),
        healthChecks ? Service.Type.LOAD_BALANCER : type,
        List.of(clusterIp(number, IpFamily.IPV4), clusterIp(number, IpFamily.IPV6)),
        ports,
        externals(number),
        random.nextInt(4) == 0 ? balancers(number) : List.of(),
        random.nextBoolean() ? ranges() : List.of(),
        policy(),
        policy(),
        random.nextInt(4) == 0
            ? Optional.of(new SessionAffinity(1 + random.nextInt(86_400)))
            : Optional.empty(),
        healthChecks ? 50_000 + number : 0,
        "");
  }

  private TrafficPolicy policy() {
    return random.nextInt(3) == 0 ? TrafficPolicy.LOCAL : TrafficPolicy.CLUSTER;
  }

  /** None, one, or the same twice. */
  private List<IpAddress> externals(int number) {
    return Collections.nCopies(Math.max(0, random.nextInt(6) - 3), external(number, 0x33));
  }

  /** One to three addresses, of which one at least is programmed. */
  private List<LoadBalancerAddress> balancers(int number) {
    List<LoadBalancerAddress> addresses = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(3); i++) {
      addresses.add(
          new LoadBalancerAddress(
              external(number, 0x71 + i),
              i > 0 && random.nextBoolean() ? IpMode.PROXY : IpMode.VIP));
    }
    return addresses;
  }

  /** One to three ranges of any length, in some of which the node itself is. */
  private List<Cidr> ranges() {
    List<Cidr> ranges = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(3); i++) {
      IpFamily family = random.nextBoolean() ? IpFamily.IPV4 : IpFamily.IPV6;
      ranges.add(new Cidr(pod(random.nextInt(60_000), family), random.nextInt(family.bits() + 1)));
    }
    return ranges;
  }

  /** Up to eight endpoints, none now and then, some of them on the node that forwards. */
  private EndpointSlice slice(int number, IpFamily family) {
    List<Endpoint> endpoints = new ArrayList<>();
    int count = Math.max(0, random.nextInt(11) - 2);
    boolean hinted = random.nextInt(3) == 0;
    for (int i = 0; i < count; i++) {
      String node = random.nextInt(3) == 0 ? Cluster.NODE : "node-2";
      endpoints.add(
          new Endpoint(
              pod(1 + random.nextInt(60_000), family),
              random.nextInt(5) > 0,
              true,
              random.nextBoolean(),
              node,
              hinted ? List.of(random.nextBoolean() ? ZONE : "zone-b") : List.of(),
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

  /** Of either family, so that one of them has it not. */
  private static IpAddress external(int number, int kind) {
    return number % 2 == 0
        ? new IpAddress(IpFamily.IPV4, 0, 0xc600_0000L + (kind << 16) + number)
        : new IpAddress(IpFamily.IPV6, 0x2001_0db8_0000_0000L + kind, number);
  }
}
