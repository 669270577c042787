package dev.sluice.local.bench.drift;

import dev.sluice.applier.iptables.Command;
import dev.sluice.applier.iptables.IptablesBackend;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.applier.ipvs.IpvsBackend;
import dev.sluice.applier.ipvs.IpvsSysctls;
import dev.sluice.applier.ipvs.NodeKernel;
import dev.sluice.applier.program.Backend;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.bench.traffic.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** A mode whose kernel is read back. */
public enum DriftMode {
  LEGACY("iptables-legacy"),
  NFT("iptables-nft"),
  IPVS("ipvs");

  private final String label;

  DriftMode(String label) {
    this.label = label;
  }

  /** A back end for IPv4 in the calling thread's namespace. */
  Backend backend() throws IOException {
    IptablesTools tools = IptablesTools.find(Optional.of(variant()), Command.HERE);
    return this == IPVS
        ? new IpvsBackend(
            IpvsBackend.Settings.DEFAULTS,
            IpFamily.IPV4,
            tools,
            new NodeKernel(),
            new IpvsSysctls(Path.of("/")),
            Clock.systemUTC())
        : new IptablesBackend(tools, IpFamily.IPV4, IptablesOptions.DEFAULTS);
  }

  private Variant variant() {
    return this == NFT ? Variant.NFT : Variant.LEGACY;
  }

  /** What takes one object away. */
  List<String> damage(Workload workload) {
    return this == IPVS
        ? List.of("ipvsadm", "-D", "-t", workload.clusterIp(0) + ":" + Workload.PORT)
        : List.of("iptables-" + variant(), "-w", "-t", "nat", "-F", "KUBE-MARK-MASQ");
  }

  @Override
  public String toString() {
    return label;
  }
}
