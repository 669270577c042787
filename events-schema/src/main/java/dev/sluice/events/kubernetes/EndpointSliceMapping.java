package dev.sluice.events.kubernetes;

import dev.sluice.events.model.Endpoint;
import dev.sluice.events.model.EndpointPort;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.InvalidObjectException;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.ServiceName;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** From a discovery.k8s.io/v1 EndpointSlice to the model. */
final class EndpointSliceMapping {
  static final String SERVICE = "kubernetes.io/service-name";
  static final String HEADLESS = "service.kubernetes.io/headless";
  private static final String TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time";

  private EndpointSliceMapping() {}

  /** Returns empty for address types other than IPv4 and IPv6: a proxy can't forward to names. */
  static Optional<EndpointSlice> map(ObjectKey key, ApiObject object) {
    Optional<IpFamily> family = object.parse("addressType", o -> family(o.text("addressType")));
    return family.map(type -> map(key, type, object));
  }

  private static EndpointSlice map(ObjectKey key, IpFamily family, ApiObject object) {
    ApiObject labels = object.object("metadata").object("labels");
    String service = labels.text(SERVICE);
    return new EndpointSlice(
        key.namespace(),
        key.name(),
        service.isEmpty()
            ? Optional.empty()
            : Optional.of(new ServiceName(key.namespace(), service)),
        family,
        object.objects("endpoints").stream()
            .filter(endpoint -> !endpoint.texts("addresses").isEmpty())
            .map(endpoint -> endpoint.build(EndpointSliceMapping::endpoint))
            .toList(),
        object.objects("ports").stream()
            .filter(port -> port.has("port"))
            .map(port -> port.build(EndpointSliceMapping::port))
            .toList(),
        labels.has(HEADLESS),
        labels.text(ServiceMapping.PROXY_NAME));
  }

  private static Optional<IpFamily> family(String text) {
    return switch (text) {
      case "IPv4" -> Optional.of(IpFamily.IPV4);
      case "IPv6" -> Optional.of(IpFamily.IPV6);
      case "FQDN" -> Optional.empty();
      default -> throw new InvalidObjectException("\"" + text + "\" is none of IPv4, IPv6, FQDN");
    };
  }

  private static Endpoint endpoint(ApiObject endpoint) {
    ApiObject conditions = endpoint.object("conditions");
    ApiObject hints = endpoint.object("hints");
    return new Endpoint(
        IpAddress.parse(endpoint.texts("addresses").getFirst()),
        conditions.flag("ready", true),
        conditions.flag("serving", true),
        conditions.flag("terminating", false),
        endpoint.text("nodeName"),
        names(hints.objects("forZones")),
        names(hints.objects("forNodes")));
  }

  private static List<String> names(List<ApiObject> hints) {
    return hints.stream().map(hint -> hint.text("name")).toList();
  }

  private static EndpointPort port(ApiObject port) {
    return new EndpointPort(
        port.text("name"), port.choice("protocol", Protocol.TCP), port.number("port", 0));
  }

  /** A time that can't be read is no time: it only serves to measure. */
  static Optional<Instant> triggerTime(ApiObject metadata) {
    String text = metadata.object("annotations").text(TRIGGER_TIME);
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
