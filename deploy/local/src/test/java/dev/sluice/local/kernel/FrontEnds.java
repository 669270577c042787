package dev.sluice.local.kernel;

import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.LoadBalancerAddress;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;

/** Where clients of a family find the first port of a Service of the default namespace. */
record FrontEnds(Service service, Flavour flavour) {
  static FrontEnds of(Cluster cluster, String service, Flavour flavour) {
    return new FrontEnds(
        cluster.image().service(new ServiceName("default", service)).orElseThrow(), flavour);
  }

  InetSocketAddress clusterIp() {
    return first(service.clusterIps().stream());
  }

  InetSocketAddress externalIp() {
    return first(service.externalIps().stream());
  }

  InetSocketAddress loadBalancerIp() {
    return loadBalancerIps().getFirst();
  }

  List<InetSocketAddress> loadBalancerIps() {
    return all(service.loadBalancerAddresses().stream().map(LoadBalancerAddress::ip));
  }

  InetSocketAddress nodePort() {
    return new InetSocketAddress(flavour.node(), service.ports().getFirst().nodePort());
  }

  /** All but the cluster IP. */
  List<InetSocketAddress> external() {
    return List.of(externalIp(), loadBalancerIp(), nodePort());
  }

  private InetSocketAddress first(Stream<IpAddress> addresses) {
    return all(addresses).getFirst();
  }

  private List<InetSocketAddress> all(Stream<IpAddress> addresses) {
    int port = service.ports().getFirst().port();
    return addresses
        .filter(ip -> ip.family() == flavour.family())
        .map(ip -> new InetSocketAddress(InetAddress.ofLiteral(ip.toString()), port))
        .toList();
  }
}
