package dev.sluice.local.faults;

import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.Command;
import dev.sluice.applier.iptables.IptablesBackend;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.applier.ipvs.IpvsBackend;
import dev.sluice.applier.ipvs.IpvsSysctls;
import dev.sluice.applier.ipvs.NodeKernel;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.Backend.Written;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.run.NodeMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares a node's kernel with what the log says: back ends that know nothing of the kernel plan
 * what an image comes to, and read back what there is. Where that is the same they write nothing.
 * Any thread.
 *
 * @param node whose kernel is read
 * @param lockFile that of the applier's tools
 */
record KernelCheck(NetworkNamespace node, NodeMode mode, Path lockFile) {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** What {@code sluice apply} makes of the flags that it is started with here. */
  private static final NodeConfig CONFIG =
      new NodeConfig(
          false,
          new NodeConfig.DetectLocal.ClusterCidrs(
              List.of(Cidr.parse("10.244.0.0/16"), Cidr.parse("fd00:10:244::/48"))),
          new NodeConfig.NodePorts.All(),
          true);

  /**
   * How many kernel objects differ from what the log says, in words, by family. They are made the
   * same.
   *
   * @return empty where nothing differs
   * @throws FaultException if the kernel can't be read
   */
  List<String> differences(ClusterImage image) {
    NodePolicy policy = CONFIG.on(image.node(ChurnCluster.NODE).orElseThrow());
    Map<ServiceName, List<VirtualServer>> servers =
        new ForwardingTable(ChurnCluster.NODE).virtualServers(image, image.services());
    try {
      return node.<List<String>, IOException>call(() -> differences(policy, servers));
    } catch (IOException e) {
      throw new FaultException("the kernel can't be read: " + e.getMessage(), e);
    }
  }

  private List<String> differences(NodePolicy policy, Map<ServiceName, List<VirtualServer>> servers)
      throws IOException {
    IptablesTools tools =
        IptablesTools.find(
            Optional.of(mode.variant()),
            new Command(List.of("env", "XTABLES_LOCKFILE=" + lockFile), LIMIT));
    List<String> differences = new ArrayList<>();
    for (IpFamily family : IpFamily.values()) {
      Backend backend = backend(family, tools);
      try {
        backend.plan(policy, servers);
        Written written = backend.repair();
        if (!written.equals(Written.NOTHING)) {
          differences.add(family + ": " + written.objects() + " objects");
        }
      } finally {
        backend.close();
      }
    }
    return differences;
  }

  private Backend backend(IpFamily family, IptablesTools tools) {
    return switch (mode) {
      case IPTABLES_LEGACY, IPTABLES_NFT ->
          new IptablesBackend(tools, family, IptablesOptions.DEFAULTS);
      case IPVS ->
          new IpvsBackend(
              IpvsBackend.Settings.DEFAULTS,
              family,
              tools,
              new NodeKernel(),
              new IpvsSysctls(Path.of("/")),
              Clock.systemUTC());
    };
  }
}
