package dev.sluice.applier.cli;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodeConfig.NodePorts;
import dev.sluice.applier.forwarding.NodePortAddresses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the kernel forward what was sent to 127.0.0.1. Blocks. */
final class LocalhostNodePorts {
  private static final Logger LOG = LoggerFactory.getLogger(LocalhostNodePorts.class);

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
    Path file = root.resolve("proc/sys/net/ipv4/conf/all/route_localnet");
    try {
      if (!Files.readString(file).strip().equals("1")) {
        Files.writeString(file, "1");
        LOG.info("sysctl file={} value=1 before=0", file);
      }
      return config;
    } catch (IOException e) {
      LOG.warn(
          "sysctl file={} error=\"{}\"; no node ports on 127.0.0.1"
              + " (--iptables-localhost-nodeports=false says so)",
          file,
          e.toString());
      return config.withLocalhostNodePorts(false);
    }
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
