package dev.sluice.applier.forwarding;

import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.LoadBalancerAddress;
import dev.sluice.events.model.LoadBalancerAddress.IpMode;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServicePort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Why no Service is concerned by a packet, though one may seem to be. Pure. */
final class NotServed {
  private final ClusterImage image;
  private final Packet packet;
  private final boolean destinationIsLocal;
  private final boolean hasNodePorts;

  /**
   * @param destinationIsLocal whether the destination is an address of the node
   * @param hasNodePorts whether it has node ports besides
   */
  NotServed(ClusterImage image, Packet packet, boolean destinationIsLocal, boolean hasNodePorts) {
    this.image = image;
    this.packet = packet;
    this.destinationIsLocal = destinationIsLocal;
    this.hasNodePorts = hasNodePorts;
  }

  /** At least one. */
  List<String> reasons() {
    List<String> reasons = new ArrayList<>();
    image.services().stream()
        .flatMap(name -> image.service(name).stream())
        .forEach(service -> reason(service).ifPresent(text -> reasons.add(service.name() + text)));
    if (reasons.isEmpty()) {
      reasons.add("no Service has the address " + packet.destination());
    }
    return reasons;
  }

  private Optional<String> reason(Service service) {
    if (destinationIsLocal && checksHealthThere(service)) {
      return Optional.of("'s health is asked for there: the applier itself answers");
    }
    boolean named = addresses(service).contains(packet.destination());
    boolean nodePort = service.ports().stream().anyMatch(this::isNodePort);
    if (!named && !nodePort && !proxied(service)) {
      return Optional.empty();
    }
    return service
        .notServed()
        .or(() -> Optional.of(named ? addressed(service) : nodePort ? nodePort() : proxied()));
  }

  private String addressed(Service service) {
    if (service.clusterIps().stream()
        .noneMatch(ip -> ip.family() == packet.destination().family())) {
      return " has this address, but no ClusterIP of its family";
    }
    boolean port =
        service.ports().stream()
            .anyMatch(one -> one.port() == packet.port() && one.protocol() == packet.protocol());
    return port
        ? " has this address, which is the node's own too: what is delivered here is not refused"
        : " has this address, but no port %d/%s"
            .formatted(packet.port(), packet.protocol().lowerCase());
  }

  private String nodePort() {
    String destination = packet.destination().toString();
    String why =
        !destinationIsLocal
            ? destination + " is no address of this node"
            : !hasNodePorts
                ? destination + " has no node ports"
                : "it has no ClusterIP of this family";
    return " has this node port, but " + why;
  }

  private static String proxied() {
    return "'s load balancer delivers to the nodes itself (ipMode Proxy)";
  }

  private boolean checksHealthThere(Service service) {
    return service.checksHealth()
        && service.healthCheckNodePort() == packet.port()
        && packet.protocol() == Protocol.TCP;
  }

  private boolean isNodePort(ServicePort port) {
    return port.nodePort() == packet.port() && port.protocol() == packet.protocol();
  }

  private boolean proxied(Service service) {
    return service
        .loadBalancerAddresses()
        .contains(new LoadBalancerAddress(packet.destination(), IpMode.PROXY));
  }

  private static List<IpAddress> addresses(Service service) {
    List<IpAddress> addresses = new ArrayList<>(service.clusterIps());
    addresses.addAll(service.externalIps());
    service.loadBalancerAddresses().stream()
        .filter(address -> address.ipMode() == IpMode.VIP)
        .forEach(address -> addresses.add(address.ip()));
    return addresses;
  }
}
