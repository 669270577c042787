package dev.sluice.events.image;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.Revision;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.EndpointPort;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import dev.sluice.events.model.ServicePort;
import dev.sluice.events.model.TrafficPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Entries of a log to replay. */
final class Entries {
  static final ServiceName WEB = new ServiceName("shop", "web");
  static final ServiceName API = new ServiceName("shop", "api");

  private Entries() {}

  static Service service(ServiceName name, int port) {
    return new Service(
        name,
        Service.Type.CLUSTER_IP,
        List.of(),
        List.of(new ServicePort("", Protocol.TCP, port, 0)),
        List.of(),
        List.of(),
        List.of(),
        TrafficPolicy.CLUSTER,
        TrafficPolicy.CLUSTER,
        Optional.empty(),
        0,
        "");
  }

  static EndpointSlice slice(String name, Optional<ServiceName> service, int port) {
    return new EndpointSlice(
        "shop",
        name,
        service,
        IpFamily.IPV4,
        List.of(),
        List.of(new EndpointPort("", Protocol.TCP, port)),
        false,
        "");
  }

  static Node node(String name, String zone) {
    return new Node(name, List.of(), zone, List.of(), false, false);
  }

  static ObjectState state(long number, ObjectKey key, Optional<ClusterObject> object) {
    Revision revision =
        new Revision(number, 1, "c", Instant.EPOCH, Cause.OBSERVED, "", Optional.empty());
    return new ObjectState(key, revision, object);
  }

  static ObjectState upserted(long number, ClusterObject object) {
    return state(number, object.key(), Optional.of(object));
  }

  static ObjectState deleted(long number, ObjectKey key) {
    return state(number, key, Optional.empty());
  }

  static HeadState head(long revision) {
    return new HeadState(new Head("c", 1, revision, true, Optional.empty()));
  }

  static ClusterDelta delta(ClusterImage from, StateEntry... entries) {
    ClusterDelta delta = new ClusterDelta(from);
    for (StateEntry entry : entries) {
      delta.replay(entry);
    }
    return delta;
  }
}
