package dev.sluice.applier.ipset;

import dev.sluice.applier.netlink.Errno;
import dev.sluice.applier.netlink.NetlinkException;
import java.io.IOException;

/** The kernel refused something about a set. */
public final class IpsetException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  /**
   * @param what what was refused, with the set's name
   * @param type the set's type as the kernel calls it, by which errors are named
   */
  IpsetException(String what, String type, NetlinkException reason) {
    super(what + ": " + IpsetError.name(reason.errno(), type), reason);
    errno = reason.errno();
  }

  /** Whether it is this error. */
  public boolean is(IpsetError error) {
    return errno == error.number();
  }

  /** Whether it is this error. */
  public boolean is(Errno error) {
    return errno == error.number();
  }
}
