package dev.sluice.applier.runtime;

import dev.sluice.applier.conntrack.FlowCleaner;
import dev.sluice.applier.fixture.MovedClock;
import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodePortAddresses;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.runtime.Reconciler.Outcome;
import dev.sluice.applier.runtime.Reconciler.Ticked;
import dev.sluice.applier.runtime.Reconciler.Work;
import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Revision;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.kubernetes.ManifestFile;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A node that can do two modes, what is done there in order, and a cluster of Services. */
final class SwitchingNode {
  final List<String> events = new ArrayList<>();
  final Set<FrontEnd> gone = new HashSet<>();
  final FakeModes modes = new FakeModes(events);
  final MovedClock clock = new MovedClock();
  private Reconciler reconciler = newReconciler();
  private ClusterImage image = ClusterImage.EMPTY;
  private Set<ServiceName> changed = Set.of();
  private long revision;

  private final class Flows implements FlowCleaner {
    @Override
    public void before(Collection<VirtualServer> servers) {}

    @Override
    public void plan(
        ClusterImage image,
        NodePortAddresses nodePorts,
        Map<ServiceName, List<VirtualServer>> changed) {}

    @Override
    public void gone(IpFamily family, Set<FrontEnd> udp) {
      gone.addAll(udp);
    }

    @Override
    public void clean(Set<IpFamily> written) {}
  }

  /** A mode forwards, and what was left over has been looked for. */
  void settled(ProxyMode mode) throws IOException {
    reconcile(mode);
    changed = Set.of();
    tick();
    events.clear();
  }

  Outcome reconcile(ProxyMode mode) throws IOException {
    return reconcile(mode, true);
  }

  Outcome reconcile(ProxyMode mode, boolean mayTurn) throws IOException {
    return reconcile(new Work(image, changed, false, Looks.NONE, mode, mayTurn));
  }

  private Outcome reconcile(Work work) throws IOException {
    Outcome outcome = reconciler.reconcile(work);
    changed = Set.of();
    return outcome;
  }

  Ticked tick() {
    return reconciler.tick();
  }

  Outcome readBack(ProxyMode mode) throws IOException {
    return reconcile(new Work(image, Set.of(), true, Looks.NONE, mode, true));
  }

  /** Settles what looks have found. */
  Outcome repair(Looks looks, ProxyMode mode) throws IOException {
    return reconcile(new Work(image, Set.of(), false, looks, mode, true));
  }

  void stopSoon() {
    reconciler.stopSoon();
  }

  /** Another applier goes on. */
  void restart() {
    reconciler.close();
    reconciler = newReconciler();
  }

  private Reconciler newReconciler() {
    return new Reconciler("node-1", NodeConfig.DEFAULTS, modes, new Flows(), clock);
  }

  void upsert(String... names) {
    Set<ServiceName> services = new HashSet<>(changed);
    for (String name : names) {
      replay(name, Optional.of(service(name)));
      services.add(new ServiceName("shop", name));
    }
    changed = services;
  }

  void delete(String name) {
    replay(name, Optional.empty());
    Set<ServiceName> services = new HashSet<>(changed);
    services.add(new ServiceName("shop", name));
    changed = services;
  }

  private void replay(String name, Optional<ClusterObject> object) {
    ClusterDelta delta = new ClusterDelta(image);
    Revision next =
        new Revision(++revision, 1, "c", Instant.EPOCH, Cause.OBSERVED, "", Optional.empty());
    delta.replay(new ObjectState(new ServiceName("shop", name).key(), next, object));
    image = delta.apply();
  }

  private static ClusterObject service(String name) {
    String manifest =
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: shop}
        spec: {clusterIP: 10.96.0.%d, ports: [{port: 80}]}
        """
            .formatted(name, name.length());
    return ManifestFile.parse(manifest).objects().getFirst().object();
  }
}
