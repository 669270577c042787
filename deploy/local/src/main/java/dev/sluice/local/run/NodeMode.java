package dev.sluice.local.run;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.ProxyMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** By what a node forwards, and with which tools. */
public enum NodeMode {
  IPTABLES_LEGACY(ProxyMode.IPTABLES, Variant.LEGACY),
  IPTABLES_NFT(ProxyMode.IPTABLES, Variant.NFT),
  /** Its few rules are iptables' too. */
  IPVS(ProxyMode.IPVS, Variant.LEGACY);

  private final ProxyMode mode;
  private final Variant variant;

  NodeMode(ProxyMode mode, Variant variant) {
    this.mode = mode;
    this.variant = variant;
  }

  /** As {@code --proxy-mode} takes it. */
  public ProxyMode mode() {
    return mode;
  }

  /** Of the tools that write rules. */
  public Variant variant() {
    return variant;
  }

  /** Whether this kernel has it. */
  public boolean here() {
    return this != IPVS || Files.exists(Path.of("/proc/net/ip_vs"));
  }

  /** As the command line has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
