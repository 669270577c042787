package dev.sluice.applier.ipset;

import dev.sluice.events.model.IpFamily;

/**
 * A set without its elements.
 *
 * @param name at most 31 bytes
 * @param family of the addresses; a set of ports alone has none for the kernel, and this one's
 *     rules use it
 * @param marks whether elements hold packet marks
 * @param markMask the bits that an element's mark sets, where a rule gives packets its mark
 */
public record SetDefinition(
    String name, SetType type, IpFamily family, boolean marks, int markMask) {
  /** How many elements a set of addresses takes; the kernel's default of 65536 is soon full. */
  public static final int MOST_ELEMENTS = 1 << 20;

  private static final int LONGEST_NAME = 31; // IPSET_MAXNAMELEN with its zero
  private static final int ALL_BITS = -1;

  public SetDefinition {
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      throw new IllegalArgumentException("a set can't be called \"" + name + "\"");
    }
  }

  /** Whose marks, if any, set all bits of a packet's. */
  public SetDefinition(String name, SetType type, IpFamily family, boolean marks) {
    this(name, type, family, marks, ALL_BITS);
  }

  /** Such as {@code hash:ip,port family inet}. */
  @Override
  public String toString() {
    String of = family == IpFamily.IPV4 ? "inet" : "inet6";
    return "%s family %s%s".formatted(type, of, marks ? " skbinfo" : "");
  }
}
