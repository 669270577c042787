package dev.sluice.applier.netlink;

import dev.sluice.events.model.IpAddress;

/**
 * An address that an interface has.
 *
 * @param link the interface's index
 * @param scope where it is valid
 */
public record InterfaceAddress(IpAddress address, int link, Scope scope) {
  /** How far an address reaches, by the numbers of include/uapi/linux/rtnetlink.h. */
  public enum Scope {
    /** Everywhere; site-local ones too. */
    UNIVERSE,
    /** On the interface's network only. */
    LINK,
    /** On this node only, as those of loopback are. */
    HOST;

    private static final int RT_SCOPE_LINK = 253;
    private static final int RT_SCOPE_HOST = 254;

    static Scope of(int number) {
      if (number < RT_SCOPE_LINK) {
        return UNIVERSE;
      }
      return number < RT_SCOPE_HOST ? LINK : HOST;
    }
  }
}
