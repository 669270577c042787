package dev.sluice.applier.cli;

import dev.sluice.applier.iptables.IptablesOptions;
import picocli.CommandLine.Option;

/** What is supposed of a node's tools and kernel that are not at hand; a picocli mixin. */
final class ToolOptions {
  @Option(
      names = "--iptables-random-fully",
      arity = "0..1",
      defaultValue = "true",
      fallbackValue = "true",
      paramLabel = "true|false",
      description =
          "Whether the node's iptables knows --random-fully (1.6.2 and later). Default: true.")
  boolean randomFully = true;

  @Option(
      names = "--conntrack-tcp-be-liberal",
      arity = "0..1",
      defaultValue = "false",
      fallbackValue = "true",
      paramLabel = "true|false",
      description =
          "Whether the node's kernel takes TCP packets out of window for valid. Default: false.")
  boolean liberal;

  IptablesOptions on(IptablesOptions options) {
    return options.withConntrackTcpLiberal(liberal);
  }
}
