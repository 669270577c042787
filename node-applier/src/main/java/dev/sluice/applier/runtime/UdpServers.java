package dev.sluice.applier.runtime;

import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import java.util.List;

/** The virtual servers of all Services that have a UDP port, as a node has them. Pure. */
final class UdpServers {
  private UdpServers() {}

  static List<VirtualServer> of(String nodeName, ClusterImage image) {
    List<ServiceName> names =
        image.services().stream()
            .filter(name -> image.service(name).filter(UdpServers::speaksUdp).isPresent())
            .toList();
    return new ForwardingTable(nodeName)
        .virtualServers(image, names).values().stream().flatMap(List::stream).toList();
  }

  private static boolean speaksUdp(Service service) {
    return service.ports().stream().anyMatch(port -> port.protocol() == Protocol.UDP);
  }
}
