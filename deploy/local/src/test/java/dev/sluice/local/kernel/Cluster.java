package dev.sluice.local.kernel;

import dev.sluice.applier.fixture.RandomCluster;
import dev.sluice.applier.fixture.Site;
import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Revision;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.kubernetes.ManifestFile;
import dev.sluice.events.kubernetes.ObservedObject;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.Endpoint;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.ServiceName;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A cluster's objects, as one step in its life. Immutable.
 *
 * @param changed the Services that the step before had otherwise
 */
record Cluster(ClusterImage image, Set<ServiceName> changed) {
  /** The node that forwards in all tests. */
  static final String NODE = Site.HERE;

  static final Cluster EMPTY = new Cluster(ClusterImage.EMPTY, Set.of());

  /** The objects of manifests in the folder {@code kernel} of the test resources. */
  static Cluster of(String file) {
    ManifestFile manifests = ManifestFile.parse(Fixture.text(file));
    if (!manifests.problems().isEmpty()) {
      throw new IllegalArgumentException(file + ": " + manifests.problems());
    }
    return EMPTY.with(manifests.objects().stream().map(ObservedObject::object).toList());
  }

  /** This cluster with objects added or replaced. */
  Cluster with(Collection<? extends ClusterObject> objects) {
    ClusterDelta delta = new ClusterDelta(image);
    objects.forEach(object -> replay(delta, object.key(), Optional.of(object)));
    return new Cluster(delta.apply(), Set.copyOf(delta.changedServices()));
  }

  /** What a node's flags come to on the node; on one without addresses, if it isn't there. */
  NodePolicy policy(NodeConfig config) {
    Node bare = new Node(NODE, List.of(), "", List.of(), false, false);
    return config.on(image.node(NODE).orElse(bare));
  }

  /** All objects. */
  List<ClusterObject> objects() {
    return image.keys().stream().map(key -> image.get(key).orElseThrow()).toList();
  }

  Cluster with(ClusterObject object) {
    return with(List.of(object));
  }

  Cluster without(ObjectKey key) {
    return with(new RandomCluster.Edit(key, Optional.empty()));
  }

  Cluster with(RandomCluster.Edit edit) {
    ClusterDelta delta = new ClusterDelta(image);
    replay(delta, edit.key(), edit.object());
    return new Cluster(delta.apply(), Set.copyOf(delta.changedServices()));
  }

  /** So many Services at random. */
  static Cluster random(RandomCluster random, int services) {
    return EMPTY.with(random.of(services));
  }

  /** This cluster with no endpoint at an address. */
  Cluster withoutEndpoint(InetAddress address) {
    IpAddress gone = IpAddress.parse(address.getHostAddress());
    return withEndpoints(
        slice -> slice.endpoints().stream().filter(e -> !e.address().equals(gone)).toList());
  }

  /** This cluster with an endpoint more, on the node, in every slice of its family. */
  Cluster withEndpoint(InetAddress address) {
    IpAddress come = IpAddress.parse(address.getHostAddress());
    return withEndpoints(
        slice -> {
          List<Endpoint> endpoints = new ArrayList<>(slice.endpoints());
          if (slice.addressType() == come.family()) {
            endpoints.add(new Endpoint(come, true, true, false, NODE, List.of(), List.of()));
          }
          return endpoints;
        });
  }

  private Cluster withEndpoints(Function<EndpointSlice, List<Endpoint>> endpoints) {
    return with(
        objects().stream()
            .filter(EndpointSlice.class::isInstance)
            .map(EndpointSlice.class::cast)
            .map(slice -> withEndpoints(slice, endpoints.apply(slice)))
            .toList());
  }

  /** A slice with other endpoints. */
  static EndpointSlice withEndpoints(EndpointSlice slice, List<Endpoint> endpoints) {
    return new EndpointSlice(
        slice.namespace(),
        slice.name(),
        slice.serviceName(),
        slice.addressType(),
        endpoints,
        slice.ports(),
        slice.headless(),
        slice.proxyName());
  }

  private static void replay(ClusterDelta delta, ObjectKey key, Optional<ClusterObject> object) {
    long number = delta.from().revision() + 1;
    Revision revision =
        new Revision(number, 1, "lab", Instant.EPOCH, Cause.RESYNC, "", Optional.empty());
    delta.replay(new StateEntry.ObjectState(key, revision, object));
  }

  /** The address of a Service of the default namespace. */
  InetAddress clusterIp(String service, Flavour flavour) {
    return image.service(new ServiceName("default", service)).orElseThrow().clusterIps().stream()
        .filter(ip -> ip.family() == flavour.family())
        .map(ip -> InetAddress.ofLiteral(ip.toString()))
        .findFirst()
        .orElseThrow();
  }

  /** What the node forwards for the Services that the step before had otherwise. */
  Map<ServiceName, List<VirtualServer>> changedVirtualServers() {
    return virtualServers(changed);
  }

  /** What the node forwards for all Services. */
  Map<ServiceName, List<VirtualServer>> virtualServers() {
    return virtualServers(image.services());
  }

  private Map<ServiceName, List<VirtualServer>> virtualServers(Collection<ServiceName> services) {
    return new ForwardingTable(NODE).virtualServers(image, services);
  }
}
