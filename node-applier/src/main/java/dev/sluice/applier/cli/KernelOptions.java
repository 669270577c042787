package dev.sluice.applier.cli;

import dev.sluice.applier.iptables.Command;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.applier.preparation.Capabilities;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** How this node's kernel is reached. */
final class KernelOptions {
  private static final Logger LOG = LoggerFactory.getLogger(KernelOptions.class);
  private static final Path IPV6 = Path.of("/proc/net/if_inet6");

  @Option(
      names = "--iptables-variant",
      paramLabel = "VARIANT",
      description = {"legacy or nft.", "Default: what kubelet or others on this node use already."})
  Optional<Variant> variant = Optional.empty();

  IptablesTools tools() throws IOException {
    return IptablesTools.find(variant, Command.HERE);
  }

  /** What this process may not do, but must to use a variant, in words; empty where it may. */
  static Optional<String> lacking(Variant variant) {
    return Capabilities.lacking(
        "iptables-" + variant,
        switch (variant) {
          case LEGACY -> Capabilities.IPTABLES_LEGACY;
          case NFT -> Capabilities.IPTABLES_NFT;
        },
        Capabilities.here(Path.of("/")));
  }

  /** The families that this kernel has. */
  static List<IpFamily> families() {
    if (Files.exists(IPV6)) {
      return List.of(IpFamily.IPV4, IpFamily.IPV6);
    }
    LOG.warn("no IPv6 in this kernel ({} is missing): only IPv4 is programmed", IPV6);
    return List.of(IpFamily.IPV4);
  }
}
