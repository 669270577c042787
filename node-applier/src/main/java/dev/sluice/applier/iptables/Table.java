package dev.sluice.applier.iptables;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The tables used, in the order in which they are written: marks and rejects come before
 * translations.
 */
public enum Table {
  MANGLE,
  FILTER,
  NAT;

  /** The table that the tools call so; empty: one that is not used. */
  public static Optional<Table> named(String name) {
    return Arrays.stream(values()).filter(table -> table.toString().equals(name)).findFirst();
  }

  /** The name that the tools know. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
