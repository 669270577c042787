package dev.sluice.applier.ipset;

import dev.sluice.events.model.IpFamily;

/**
 * A set without its elements.
 *
 * @param name at most 31 bytes
 * @param family of the addresses; a set of ports alone has none for the kernel, and this one's
 *     rules use it
 * @param marks whether elements hold packet marks
 */
public record SetDefinition(String name, SetType type, IpFamily family, boolean marks) {
  private static final int LONGEST_NAME = 31; // IPSET_MAXNAMELEN with its zero

  public SetDefinition {
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      throw new IllegalArgumentException("a set can't be called \"" + name + "\"");
    }
  }

  /** Such as {@code hash:ip,port family inet}. */
  @Override
  public String toString() {
    String of = family == IpFamily.IPV4 ? "inet" : "inet6";
    return "%s %s%s".formatted(type, of, marks ? " skbinfo" : "");
  }
}
