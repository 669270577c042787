package dev.sluice.applier.forwarding;

import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Explanations in words. */
final class PacketText {
  private PacketText() {}

  static String sender(Step.Kind sender, Packet packet, LocalPods pods) {
    IpAddress source = packet.source();
    return switch (sender) {
      case SENT_BY_POD ->
          switch (pods) {
            case LocalPods.InRanges(List<Cidr> ranges) ->
                "%s is a pod's: in %s".formatted(source, of(ranges, source));
            case LocalPods.BehindInterface(String name) ->
                "%s is a pod's: it comes by %s".formatted(source, name);
            case LocalPods.BehindInterfaces(String _) ->
                "%s is a pod's: it comes by %s".formatted(source, packet.inInterface().orElse(""));
          };
      case SENT_BY_NODE -> source + " is the node's own";
      default ->
          source
              + " is not the node's own, "
              + (pods.known(source.family())
                  ? "and no pod's"
                  : "and there is no way to tell whether it is a pod's");
    };
  }

  private static String of(List<Cidr> ranges, IpAddress source) {
    return list(ranges.stream().filter(range -> range.contains(source)).toList());
  }

  static String frontEnd(VirtualServer server, Packet packet) {
    ServicePortName name = server.name();
    return switch (server.frontEnd()) {
      case FrontEnd.ClusterIp front -> "%s is the ClusterIP of %s".formatted(at(front), name);
      case FrontEnd.ExternalIp front -> "%s is an external IP of %s".formatted(at(front), name);
      case FrontEnd.LoadBalancerIp front ->
          "%s is a load-balancer IP of %s".formatted(at(front), name);
      case FrontEnd.NodePort front ->
          "%d is the node port of %s, and %s an address of this node that has node ports"
              .formatted(front.port(), name, packet.destination());
      case FrontEnd.HealthCheckNodePort front ->
          "%d is the health check node port of %s".formatted(front.port(), name);
    };
  }

  /** The Service's field that says which endpoints a front end uses. */
  static String policy(VirtualServer server) {
    return server.frontEnd() instanceof FrontEnd.ClusterIp
        ? "internalTrafficPolicy"
        : "externalTrafficPolicy";
  }

  static String at(FrontEnd.Addressed front) {
    return front.address().withPort(front.port());
  }

  static String list(Collection<?> values) {
    return values.stream().map(Object::toString).collect(Collectors.joining(", "));
  }
}
