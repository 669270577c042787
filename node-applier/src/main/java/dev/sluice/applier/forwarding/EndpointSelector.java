package dev.sluice.applier.forwarding;

import dev.sluice.applier.forwarding.ExplainedSlice.ExplainedEndpoint;
import dev.sluice.applier.forwarding.Verdict.EndpointSet;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.ServicePort;
import java.util.Collection;
import java.util.List;

/** Which of a Service's endpoints may be used. Pure. */
final class EndpointSelector {
  private final String nodeName;
  private final String zone;

  /**
   * @param nodeName the node that forwards; its endpoints are local
   * @param zone the node's zone; empty: none
   */
  EndpointSelector(String nodeName, String zone) {
    this.nodeName = nodeName;
    this.zone = zone;
  }

  /**
   * What a Service port may use; each in order, each address and port once.
   *
   * @param cluster for policy Cluster
   * @param local for policy Local
   */
  record EndpointSets(List<Destination> cluster, List<Destination> local) {}

  EndpointSets sets(Collection<EndpointSlice> slices, ServicePort port, IpFamily family) {
    return selection(slices, port.name(), port.protocol(), family).sets();
  }

  /** Why each endpoint of each slice is in these sets, or is not; in the slices' order. */
  List<ExplainedSlice> explain(
      Collection<EndpointSlice> slices, String portName, Protocol protocol, IpFamily family) {
    EndpointSelection selection = selection(slices, portName, protocol, family);
    return slices.stream()
        .map(
            slice ->
                new ExplainedSlice(
                    slice.name(),
                    PortEndpoint.leftOut(slice, portName, protocol, family),
                    slice.endpoints().size(),
                    PortEndpoint.of(List.of(slice), portName, protocol, family).stream()
                        .map(one -> explained(selection, one))
                        .toList()))
        .toList();
  }

  private static ExplainedEndpoint explained(EndpointSelection selection, PortEndpoint one) {
    return new ExplainedEndpoint(
        one.endpoint().address(),
        one.port(),
        one.endpoint().nodeName(),
        selection.standing(EndpointSet.CLUSTER, one.endpoint()),
        selection.standing(EndpointSet.LOCAL, one.endpoint()));
  }

  private EndpointSelection selection(
      Collection<EndpointSlice> slices, String portName, Protocol protocol, IpFamily family) {
    return new EndpointSelection(
        nodeName, zone, PortEndpoint.of(slices, portName, protocol, family));
  }
}
