package dev.sluice.events.model;

import java.util.Arrays;
import java.util.Optional;

/**
 * A kernel interface that forwards. (What is asked for may also be auto, which means one of these.)
 */
public enum ProxyMode {
  IPTABLES("iptables"),
  IPVS("ipvs");

  private final String text;

  ProxyMode(String text) {
    this.text = text;
  }

  /** As kube-proxy's flag spells it. */
  @Override
  public String toString() {
    return text;
  }

  /** The mode of that spelling; empty where this version knows none. */
  public static Optional<ProxyMode> of(String text) {
    return Arrays.stream(values()).filter(mode -> mode.text.equals(text)).findFirst();
  }
}
