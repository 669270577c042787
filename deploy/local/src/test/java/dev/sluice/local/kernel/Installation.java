package dev.sluice.local.kernel;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.program.Backend;
import dev.sluice.events.model.Service;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What a back end has on one node, as a test starts and removes it. For one thread. */
sealed interface Installation extends AutoCloseable permits IptablesTables, IpvsServers {
  /**
   * What a flavour's back end has on a node: here a back end joins the suite.
   *
   * @param wrapper words before each tool that the back end runs
   */
  static Installation of(
      NetworkNamespace node,
      Flavour flavour,
      NodeConfig config,
      IptablesOptions options,
      List<String> wrapper) {
    return switch (flavour.backend()) {
      case IPTABLES_LEGACY, IPTABLES_NFT ->
          new IptablesTables(node, flavour, config, options, wrapper);
      case IPVS -> new IpvsServers(node, flavour, config, options);
    };
  }

  /** A back end that has written nothing yet. */
  Backend start();

  /** What of ours the kernel holds. */
  Map<Object, Object> read() throws IOException;

  /** What the kernel shall hold, compiled at one go. */
  Map<Object, Object> compiled(Cluster cluster) throws IOException;

  /** All that the usual tools list, ours or not, without counters and dates. */
  String listing() throws IOException;

  /** How rules of Services are told from those of others in the listing. */
  String trace(Service service);

  /** Changes rules behind the back end's back. */
  void restore(String script) throws IOException;

  /** Leaves the kernel without any of ours. */
  @Override
  void close() throws IOException;
}
