package dev.sluice.applier.netlink;

import java.io.IOException;

/** The kernel refused a call or a request, or could not answer it. */
public final class NetlinkException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  /**
   * @param what the call or request
   * @param errno the error's number
   * @param explanation the kernel's own words; empty: none
   */
  NetlinkException(String what, int errno, String explanation) {
    super(
        "netlink %s: %s%s"
            .formatted(
                what, Errno.name(errno), explanation.isEmpty() ? "" : " (" + explanation + ")"));
    this.errno = errno;
  }

  /** The error's number; families have some of their own. */
  public int errno() {
    return errno;
  }

  /** Whether it is this error. */
  public boolean is(Errno error) {
    return errno == error.number();
  }
}
