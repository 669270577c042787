package dev.sluice.local.faults;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.ProxyMode;
import java.util.Arrays;
import java.util.Locale;

/** By what the node forwards. */
public enum FaultMode {
  IPTABLES_LEGACY(ProxyMode.IPTABLES, Variant.LEGACY),
  IPTABLES_NFT(ProxyMode.IPTABLES, Variant.NFT),
  IPVS(ProxyMode.IPVS, Variant.LEGACY);

  private final ProxyMode proxyMode;
  private final Variant variant;

  FaultMode(ProxyMode proxyMode, Variant variant) {
    this.proxyMode = proxyMode;
    this.variant = variant;
  }

  /** As {@code --proxy-mode} takes it. */
  ProxyMode proxyMode() {
    return proxyMode;
  }

  /**
   * By how much slower all goes that is done meanwhile: a kernel with IPVS may be a guest's, which
   * has one slow processor for everything.
   */
  int patience() {
    return this == IPVS ? 8 : 1;
  }

  /** Of the tools that write rules. */
  Variant variant() {
    return variant;
  }

  /**
   * The mode of a name such as {@code iptables-nft}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static FaultMode of(String name) {
    return Arrays.stream(values())
        .filter(mode -> mode.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no mode " + name + ": " + Arrays.asList(values())));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
