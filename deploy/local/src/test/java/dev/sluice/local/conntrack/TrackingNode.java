package dev.sluice.local.conntrack;

import dev.sluice.applier.conntrack.AddressKernel;
import dev.sluice.applier.conntrack.ConntrackCleaner;
import dev.sluice.applier.conntrack.ConntrackKernel;
import dev.sluice.applier.conntrack.Flow;
import dev.sluice.applier.conntrack.FlowCleaner;
import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.Command;
import dev.sluice.applier.iptables.IptablesBackend;
import dev.sluice.applier.iptables.IptablesKernel;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.applier.ipvs.Exclusions;
import dev.sluice.applier.ipvs.IpvsBackend;
import dev.sluice.applier.ipvs.IpvsRemoval;
import dev.sluice.applier.ipvs.IpvsSysctls;
import dev.sluice.applier.ipvs.NodeKernel;
import dev.sluice.applier.program.Backend;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.ServiceName;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.kernel.NamespacedBackend;
import dev.sluice.local.lab.NetworkNamespace;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A node that forwards what a cluster says, with a flow cleaner or without. For one thread. */
final class TrackingNode implements AutoCloseable {
  private final NetworkNamespace node;
  private final BackEnd kind;
  private final IptablesTools tools;
  private final List<Backend> backends = new ArrayList<>();
  private final ConntrackKernel table = new ConntrackKernel();
  private final AddressKernel addresses = new AddressKernel();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final FlowCleaner cleaner;
  private boolean seen;

  private TrackingNode(NetworkNamespace node, BackEnd kind, boolean cleaning) throws IOException {
    this.node = node;
    this.kind = kind;
    Command inside = new Command(List.of("nsenter", "--net=" + node.file()), Duration.ofMinutes(1));
    tools = IptablesTools.find(Optional.of(kind.variant()), inside);
    for (IpFamily family : IpFamily.values()) {
      backends.add(
          switch (kind) {
            case IPTABLES_LEGACY, IPTABLES_NFT ->
                new IptablesBackend(tools, family, IptablesOptions.DEFAULTS);
            case IPVS ->
                new NamespacedBackend(
                    node,
                    new IpvsBackend(
                        IpvsBackend.Settings.DEFAULTS,
                        family,
                        tools,
                        new NodeKernel(),
                        new IpvsSysctls(Path.of("/")),
                        Clock.systemUTC()));
          });
    }
    cleaner = cleaning ? new ConntrackCleaner(table, addresses, registry) : FlowCleaner.NONE;
  }

  /** A node with iptables. */
  static TrackingNode start(NetworkNamespace node, boolean cleaning) throws IOException {
    return start(node, BackEnd.IPTABLES_NFT, cleaning);
  }

  /** A node without Services, whose hooks stand: from now on it tracks. */
  static TrackingNode start(NetworkNamespace node, BackEnd kind, boolean cleaning)
      throws IOException {
    TrackingNode started = new TrackingNode(node, kind, cleaning);
    started.apply(Services.NONE);
    node.exec("conntrack", "--flush").orThrow();
    return started;
  }

  /** The same node after a restart, which knows nothing but what the kernel holds. */
  TrackingNode restarted() throws IOException {
    return new TrackingNode(node, kind, true);
  }

  void apply(ClusterImage image) throws IOException {
    seen |= image.service(Services.DNS).isPresent();
    // whoever has never seen the Service does not know that it is gone
    Map<ServiceName, List<VirtualServer>> servers =
        new ForwardingTable("node-1")
            .virtualServers(image, seen ? Set.of(Services.DNS) : Set.<ServiceName>of());
    NodePolicy policy =
        NodeConfig.DEFAULTS.on(new Node("node-1", List.of(), "", List.of(), false, false));
    cleaner.plan(image, policy.nodePorts(), servers);
    for (Backend backend : backends) {
      backend.plan(policy, servers);
      backend.apply();
      cleaner.gone(backend.family(), backend.takeGoneUdp());
    }
    // on a thread that has entered the namespace: the sockets are opened there
    node.<RuntimeException>run(() -> cleaner.clean(Set.of(IpFamily.values())));
  }

  /** How many flows the cleaner has ended. */
  int deleted() {
    return (int) registry.get("sluice.conntrack.deleted.flows").counter().count();
  }

  int failures() {
    return (int) registry.get("sluice.conntrack.failures").counter().count();
  }

  /** The UDP flows that the node tracks. */
  List<Flow> flows() throws IOException {
    return node.<List<Flow>, IOException>call(
        () -> {
          List<Flow> all = new ArrayList<>();
          for (IpFamily family : IpFamily.values()) {
            all.addAll(table.udp(family, _ -> true));
          }
          return all;
        });
  }

  int delete(List<Flow> flows) throws IOException {
    return node.<Integer, IOException>call(() -> table.delete(flows));
  }

  @Override
  public void close() throws IOException {
    table.close();
    addresses.close();
    for (IpFamily family : IpFamily.values()) {
      var _ = new IptablesKernel(tools, family).removeAll();
    }
    backends.forEach(Backend::close);
    if (kind == BackEnd.IPVS) {
      node.run(this::removeServers);
    }
  }

  private void removeServers() throws IOException {
    try (NodeKernel kernel = new NodeKernel()) {
      for (IpFamily family : IpFamily.values()) {
        int _ = IpvsRemoval.removeAll(kernel, family, Exclusions.NONE);
      }
    }
  }
}
