package dev.sluice.events;

import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.Endpoint;
import dev.sluice.events.model.EndpointPort;
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
import dev.sluice.events.model.SessionAffinity;
import dev.sluice.events.model.TrafficPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Objects with every field set now and then. Few names, so that there are versions of one. */
public final class RandomObjects {
  private final Random random;

  public RandomObjects(Random random) {
    this.random = random;
  }

  public ClusterObject next() {
    return switch (random.nextInt(3)) {
      case 0 -> service();
      case 1 -> slice();
      default -> node();
    };
  }

  private Service service() {
    List<Protocol> protocols = List.of(Protocol.values());
    List<ServicePort> ports = new ArrayList<>();
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      ports.add(
          new ServicePort(
              i == 0 && random.nextBoolean() ? "" : "p" + i,
              pick(protocols),
              80 + i,
              random.nextBoolean() ? 0 : 30000 + random.nextInt(3)));
    }
    return new Service(
        new ServiceName("shop", "web" + random.nextInt(3)),
        pick(List.of(Service.Type.values())),
        pick(List.of(List.of(), List.of(v4()), List.of(v4(), v6()), List.of(v6(), v4()))),
        ports,
        some(_ -> v4()),
        some(_ -> new LoadBalancerAddress(v4(), pick(List.of(IpMode.values())))),
        some(_ -> new Cidr(v4(), 24 + random.nextInt(8))),
        pick(List.of(TrafficPolicy.values())),
        pick(List.of(TrafficPolicy.values())),
        random.nextBoolean()
            ? Optional.empty()
            : Optional.of(new SessionAffinity(1 + random.nextInt(2))),
        random.nextBoolean() ? 0 : 32000,
        random.nextInt(4) == 0 ? "other" : "");
  }

  private EndpointSlice slice() {
    boolean v4 = random.nextBoolean();
    return new EndpointSlice(
        "shop",
        "slice" + random.nextInt(3),
        random.nextInt(4) == 0
            ? Optional.empty()
            : Optional.of(new ServiceName("shop", "web" + random.nextInt(3))),
        v4 ? IpFamily.IPV4 : IpFamily.IPV6,
        some(
            _ ->
                new Endpoint(
                    v4 ? v4() : v6(),
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextBoolean(),
                    pick(List.of("", "node-1", "node-2")),
                    some(i -> "zone-" + i),
                    some(i -> "node-" + i))),
        some(i -> new EndpointPort(i == 0 ? "" : "p" + i, pick(protocols()), 8080 + i)),
        random.nextInt(4) == 0,
        random.nextInt(4) == 0 ? "other" : "");
  }

  private Node node() {
    return new Node(
        "node-" + random.nextInt(3),
        some(_ -> new NodeAddress(pick(List.of(NodeAddress.Type.values())), v4())),
        pick(List.of("", "zone-1", "zone-2")),
        some(_ -> new Cidr(v4(), 24)),
        random.nextInt(4) == 0,
        random.nextInt(4) == 0);
  }

  private static List<Protocol> protocols() {
    return List.of(Protocol.values());
  }

  private IpAddress v4() {
    return IpAddress.parse("10.0." + random.nextInt(2) + "." + random.nextInt(4));
  }

  private IpAddress v6() {
    return IpAddress.parse("fd00::" + random.nextInt(6));
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private <T> List<T> some(IntFunction<T> make) {
    return IntStream.range(0, random.nextInt(4)).mapToObj(make).toList();
  }
}
