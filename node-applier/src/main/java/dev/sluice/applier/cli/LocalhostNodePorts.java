package dev.sluice.applier.cli;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodeConfig.NodePorts;
import dev.sluice.applier.forwarding.NodePortAddresses;
import dev.sluice.applier.preparation.Sysctl;
import dev.sluice.applier.preparation.SysctlFiles;
import dev.sluice.applier.preparation.SysctlFiles.Outcome;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the kernel forward what was sent to 127.0.0.1. Blocks. */
final class LocalhostNodePorts {
  private static final Logger LOG = LoggerFactory.getLogger(LocalhostNodePorts.class);

  private static final Sysctl ROUTE_LOCALNET = Sysctl.net("ipv4/conf/all/route_localnet", 1);

  private LocalhostNodePorts() {}

  /**
   * Sets net.ipv4.conf.all.route_localnet where 127.0.0.0/8 is to have node ports.
   *
   * @param root the root of the file system; another one in tests
   * @return the same; without those node ports where the kernel can't be set, as they would lead
   *     nowhere
   */
  static NodeConfig prepare(NodeConfig config, Path root) {
    if (!onLocalhost(config)) {
      return config;
    }
    if (new SysctlFiles(root).set(ROUTE_LOCALNET) instanceof Outcome.Failed failed) {
      LOG.warn(
          "not set: {}; no node ports on 127.0.0.1 (--iptables-localhost-nodeports=false says so,"
              + " {} sets it)",
          failed.inWords(root),
          PrepareNodeCommand.NAME);
      return config.withLocalhostNodePorts(false);
    }
    return config;
  }

  /** What the kernel must have for that; empty where 127.0.0.0/8 is to have no node ports. */
  static Optional<Sysctl> wanted(NodeConfig config) {
    return onLocalhost(config) ? Optional.of(ROUTE_LOCALNET) : Optional.empty();
  }

  private static boolean onLocalhost(NodeConfig config) {
    return switch (config.nodePorts()) {
      case NodePorts.All() -> config.localhostNodePorts();
      case NodePorts.InRanges(var ranges) ->
          new NodePortAddresses(Optional.of(ranges), config.localhostNodePorts()).onLocalhost();
      case NodePorts.Primary() -> false;
    };
  }
}
