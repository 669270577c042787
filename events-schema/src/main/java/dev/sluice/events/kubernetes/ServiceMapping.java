package dev.sluice.events.kubernetes;

import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.InvalidObjectException;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.LoadBalancerAddress;
import dev.sluice.events.model.LoadBalancerAddress.IpMode;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import dev.sluice.events.model.ServicePort;
import dev.sluice.events.model.SessionAffinity;
import dev.sluice.events.model.TrafficPolicy;
import java.util.List;
import java.util.Optional;

/** From a v1 Service to the model. */
final class ServiceMapping {
  static final String PROXY_NAME = "service.kubernetes.io/service-proxy-name";

  private ServiceMapping() {}

  static Service map(ObjectKey key, ApiObject object) {
    ApiObject spec = object.object("spec");
    return new Service(
        new ServiceName(key.namespace(), key.name()),
        spec.choice("type", Service.Type.CLUSTER_IP),
        spec.parse("clusterIPs", ServiceMapping::clusterIps),
        spec.objects("ports").stream().map(port -> port.build(ServiceMapping::port)).toList(),
        spec.parse("externalIPs", s -> addresses(s.texts("externalIPs"))),
        object.object("status").object("loadBalancer").objects("ingress").stream()
            // an entry with a host name only is for DNS, not for proxies
            .filter(ingress -> !ingress.text("ip").isEmpty())
            .map(ingress -> ingress.build(ServiceMapping::ingress))
            .toList(),
        spec.parse("loadBalancerSourceRanges", ServiceMapping::sourceRanges),
        spec.choice("internalTrafficPolicy", TrafficPolicy.CLUSTER),
        spec.choice("externalTrafficPolicy", TrafficPolicy.CLUSTER),
        spec.parse("sessionAffinity", ServiceMapping::affinity),
        spec.number("healthCheckNodePort", 0),
        object.object("metadata").object("labels").text(PROXY_NAME));
  }

  private static List<IpAddress> clusterIps(ApiObject spec) {
    String first = spec.text("clusterIP");
    if (first.equals("None")) {
      return List.of();
    }
    // a hand-written manifest may have only the older field
    List<String> all = spec.has("clusterIPs") ? spec.texts("clusterIPs") : List.of(first);
    return addresses(all.stream().filter(text -> !text.isEmpty() && !text.equals("None")).toList());
  }

  private static List<IpAddress> addresses(List<String> texts) {
    return texts.stream().map(IpAddress::parse).toList();
  }

  private static ServicePort port(ApiObject port) {
    return new ServicePort(
        port.text("name"),
        port.choice("protocol", Protocol.TCP),
        port.number("port", 0),
        port.number("nodePort", 0));
  }

  private static LoadBalancerAddress ingress(ApiObject ingress) {
    return new LoadBalancerAddress(
        IpAddress.parse(ingress.text("ip")), ingress.choice("ipMode", IpMode.VIP));
  }

  private static List<Cidr> sourceRanges(ApiObject spec) {
    return spec.texts("loadBalancerSourceRanges").stream().map(Cidr::parse).toList();
  }

  private static Optional<SessionAffinity> affinity(ApiObject spec) {
    String kind = spec.text("sessionAffinity");
    return switch (kind) {
      case "", "None" -> Optional.empty();
      case "ClientIP" ->
          Optional.of(
              new SessionAffinity(
                  spec.object("sessionAffinityConfig")
                      .object("clientIP")
                      .number("timeoutSeconds", SessionAffinity.DEFAULT_TIMEOUT_SECONDS)));
      default -> throw new InvalidObjectException("\"" + kind + "\" is none of None, ClientIP");
    };
  }
}
