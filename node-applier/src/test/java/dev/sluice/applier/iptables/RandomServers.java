package dev.sluice.applier.iptables;

import dev.sluice.applier.forwarding.Destination;
import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.ServicePortName;
import dev.sluice.applier.forwarding.Verdict;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.ServiceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;

/** Services as they come and go, by a given source of randomness. */
final class RandomServers {
  private static final List<Protocol> PROTOCOLS =
      List.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP);

  private RandomServers() {}

  /** One Service changes or goes. */
  static Map<ServiceName, List<VirtualServer>> change(Random random) {
    int number = random.nextInt(500);
    ServiceName name = new ServiceName("ns" + number % 7, "service-" + number);
    if (random.nextInt(4) == 0) {
      return Map.of(name, List.of());
    }
    List<VirtualServer> servers = new ArrayList<>();
    for (int port = 0; port < 1 + random.nextInt(3); port++) {
      Protocol protocol = PROTOCOLS.get(random.nextInt(3));
      Verdict verdict = verdict(random);
      ServicePortName portName = new ServicePortName(name, "p" + port, protocol);
      IpAddress clusterIp = IpAddress.parse("10.96.%d.%d".formatted(number / 200, number % 200));
      servers.add(
          new VirtualServer(
              portName, IpFamily.IPV4, new FrontEnd.ClusterIp(clusterIp, 80 + port), verdict));
      if (random.nextBoolean()) {
        servers.add(
            new VirtualServer(
                portName,
                IpFamily.IPV4,
                new FrontEnd.NodePort(30_000 + number * 4 + port),
                verdict));
      }
    }
    if (random.nextInt(3) == 0) {
      servers.add(
          new VirtualServer(
              new ServicePortName(name, "", Protocol.TCP),
              IpFamily.IPV4,
              new FrontEnd.HealthCheckNodePort(32_000 + number),
              new Verdict.Accept()));
    }
    return Map.of(name, servers);
  }

  private static Verdict verdict(Random random) {
    TreeSet<Destination> destinations = new TreeSet<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      int host = random.nextInt(100);
      IpAddress address = IpAddress.parse("10.244.1." + host);
      destinations.add(new Destination(address, 8080, host % 2 == 0));
    }
    return destinations.isEmpty()
        ? new Verdict.Reject()
        : new Verdict.Balance(List.copyOf(destinations));
  }
}
