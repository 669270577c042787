package dev.sluice.local.kernel;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.Backend.Written;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.util.List;

/** A node whose kernel a back end writes. For one thread. */
final class ProgrammedNode implements AutoCloseable {
  private final NodeConfig config;
  private final Installation installation;
  private Backend backend;

  /** A back end that has written nothing yet. */
  ProgrammedNode(NetworkNamespace node, Flavour flavour) {
    this(node, flavour, NodeConfig.DEFAULTS, IptablesOptions.DEFAULTS, List.of());
  }

  ProgrammedNode(
      NetworkNamespace node, Flavour flavour, NodeConfig config, IptablesOptions options) {
    this(node, flavour, config, options, List.of());
  }

  /**
   * @param wrapper words before each tool that the back end runs
   */
  ProgrammedNode(NetworkNamespace node, Flavour flavour, List<String> wrapper) {
    this(node, flavour, NodeConfig.DEFAULTS, IptablesOptions.DEFAULTS, wrapper);
  }

  private ProgrammedNode(
      NetworkNamespace node,
      Flavour flavour,
      NodeConfig config,
      IptablesOptions options,
      List<String> wrapper) {
    this(config, Installation.of(node, flavour, config, options, wrapper));
  }

  ProgrammedNode(NodeConfig config, Installation installation) {
    this.config = config;
    this.installation = installation;
    backend = installation.start();
  }

  Backend backend() {
    return backend;
  }

  /** Forgets the back end, as a restart does. */
  void restart() {
    backend = installation.start();
  }

  /** Brings the kernel to what a cluster says, all of which the back end gets anew. */
  Written program(Cluster cluster) throws IOException {
    backend.plan(cluster.policy(config), cluster.virtualServers());
    return backend.apply();
  }

  /** Brings the kernel to what a cluster says whose step before the back end has got. */
  Written update(Cluster cluster) throws IOException {
    backend.plan(cluster.policy(config), cluster.changedVirtualServers());
    return backend.apply();
  }

  /** What the back end has there. */
  Installation installation() {
    return installation;
  }

  /** The rules, for tests that are about an iptables back end. */
  IptablesTables iptables() {
    return switch (installation) {
      case IptablesTables tables -> tables;
      case IpvsServers _ -> throw new IllegalStateException("not an iptables back end");
    };
  }

  /** Leaves the kernel without any of ours. */
  @Override
  public void close() throws IOException {
    installation.close();
  }
}
