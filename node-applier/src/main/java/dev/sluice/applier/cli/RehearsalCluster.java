package dev.sluice.applier.cli;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.EventCodec;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.LogRecord;
import dev.sluice.events.event.Revision;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.Endpoint;
import dev.sluice.events.model.EndpointPort;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.LoadBalancerAddress;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.NodeAddress;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import dev.sluice.events.model.ServicePort;
import dev.sluice.events.model.SessionAffinity;
import dev.sluice.events.model.TrafficPolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A small cluster that has something of most that a Service can have. Pure. */
final class RehearsalCluster {
  static final String NODE = "rehearsal";

  private static final ServiceName WEB = new ServiceName("shop", "web");
  private static final ServiceName DNS = new ServiceName("shop", "dns");

  private RehearsalCluster() {}

  /** The records of its state topic; the head says that more are to come. */
  static List<LogRecord> records() {
    EventCodec codec = new EventCodec();
    List<LogRecord> records = new ArrayList<>();
    long number = 0;
    for (ClusterObject object : objects()) {
      Revision revision =
          new Revision(
              ++number, 1, NODE, Instant.EPOCH, Cause.OBSERVED, "1", Optional.of(Instant.EPOCH));
      records.add(codec.encodeState(new Change.Upserted(revision, Optional.empty(), object)));
    }
    Head head = new Head(NODE, 1, number, false, Optional.empty());
    records.add(codec.encodeHead(head, Instant.EPOCH));
    return records;
  }

  private static List<ClusterObject> objects() {
    return List.of(
        new Node(
            NODE,
            List.of(new NodeAddress(NodeAddress.Type.INTERNAL_IP, ip("192.0.2.11"))),
            "a",
            List.of(Cidr.parse("10.244.1.0/24"), Cidr.parse("fd00:10:244:1::/64")),
            false,
            false),
        new Service(
            WEB,
            Service.Type.LOAD_BALANCER,
            List.of(ip("10.96.17.4"), ip("fd00:10:96::1704")),
            List.of(new ServicePort("http", Protocol.TCP, 80, 30080)),
            List.of(ip("203.0.113.5")),
            List.of(new LoadBalancerAddress(ip("203.0.113.4"), LoadBalancerAddress.IpMode.VIP)),
            List.of(Cidr.parse("198.51.100.0/24")),
            TrafficPolicy.CLUSTER,
            TrafficPolicy.LOCAL,
            Optional.of(new SessionAffinity(SessionAffinity.DEFAULT_TIMEOUT_SECONDS)),
            30099,
            ""),
        new Service(
            DNS,
            Service.Type.CLUSTER_IP,
            List.of(ip("10.96.17.5")),
            List.of(
                new ServicePort("dns", Protocol.UDP, 53, 0),
                new ServicePort("none", Protocol.TCP, 54, 0)),
            List.of(),
            List.of(),
            List.of(),
            TrafficPolicy.CLUSTER,
            TrafficPolicy.CLUSTER,
            Optional.empty(),
            0,
            ""),
        slice(
            WEB,
            "http",
            List.of(
                new Endpoint(ip("10.244.1.11"), true, true, false, NODE, List.of("a"), List.of()),
                new Endpoint(ip("10.244.2.11"), false, true, true, "other", List.of(), List.of()))),
        slice(
            DNS,
            "dns",
            List.of(
                new Endpoint(ip("10.244.1.12"), true, true, false, NODE, List.of(), List.of()))));
  }

  private static EndpointSlice slice(ServiceName service, String port, List<Endpoint> endpoints) {
    Protocol protocol = service.equals(DNS) ? Protocol.UDP : Protocol.TCP;
    return new EndpointSlice(
        service.namespace(),
        service.name() + "-1",
        Optional.of(service),
        IpFamily.IPV4,
        endpoints,
        List.of(new EndpointPort(port, protocol, 8080)),
        false,
        "");
  }

  private static IpAddress ip(String text) {
    return IpAddress.parse(text);
  }
}
