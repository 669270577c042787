package dev.sluice.applier.forwarding;

import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import dev.sluice.events.model.ServicePort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What a node forwards, as a function of the cluster's image and the node. Pure. */
public final class ForwardingTable {
  private final EndpointSelector selector;

  /**
   * @param nodeName the node that forwards
   */
  public ForwardingTable(String nodeName) {
    selector = new EndpointSelector(nodeName);
  }

  /**
   * The virtual servers of one Service; none where the Service does not exist or is not ours to
   * serve.
   *
   * @return by port, then by address family, the ClusterIP before the node port
   */
  public List<VirtualServer> virtualServers(ClusterImage image, ServiceName name) {
    return image
        .service(name)
        .filter(ForwardingTable::served)
        .map(service -> virtualServers(service, image.slices(name)))
        .orElse(List.of());
  }

  private static boolean served(Service service) {
    return service.type() != Service.Type.EXTERNAL_NAME && service.proxyName().isEmpty();
  }

  private List<VirtualServer> virtualServers(Service service, Collection<EndpointSlice> slices) {
    List<VirtualServer> result = new ArrayList<>();
    for (ServicePort port : service.ports()) {
      ServicePortName name = new ServicePortName(service.name(), port.name(), port.protocol());
      for (IpAddress clusterIp : service.clusterIps()) {
        List<Destination> set = selector.clusterSet(slices, port, clusterIp.family());
        Verdict verdict = set.isEmpty() ? new Verdict.Reject() : new Verdict.Balance(set);
        result.add(
            new VirtualServer(
                name, clusterIp.family(), new FrontEnd.ClusterIp(clusterIp, port.port()), verdict));
        if (port.nodePort() != 0) {
          result.add(
              new VirtualServer(
                  name, clusterIp.family(), new FrontEnd.NodePort(port.nodePort()), verdict));
        }
      }
    }
    return result;
  }
}
