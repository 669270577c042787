package dev.sluice.applier.iptables;

import java.util.Locale;

/** The tables used, in the order in which they are written: rejects come before translations. */
public enum Table {
  FILTER,
  NAT;

  /** The name that the tools know. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
