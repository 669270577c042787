package dev.sluice.applier.iptables;

import java.util.Locale;
import java.util.Optional;

/** The tables used, in the order in which they are written: rejects come before translations. */
public enum Table {
  FILTER,
  NAT;

  /** The table that the tools call so; empty where it is none of these. */
  public static Optional<Table> named(String name) {
    for (Table table : values()) {
      if (table.toString().equals(name)) {
        return Optional.of(table);
      }
    }
    return Optional.empty();
  }

  /** The name that the tools know. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
