package dev.sluice.applier.netlink;

import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import java.nio.ByteBuffer;
import java.util.Optional;

/** IP families and addresses as messages hold them. Pure. */
public final class AddressFamily {
  // include/linux/socket.h
  /** Either family. */
  public static final int UNSPECIFIED = 0;

  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;

  private AddressFamily() {}

  /** The number of a family. */
  public static int number(IpFamily family) {
    return family == IpFamily.IPV4 ? AF_INET : AF_INET6;
  }

  /** The family of a number; empty where it is none of IP's. */
  public static Optional<IpFamily> of(int number) {
    return switch (number) {
      case AF_INET -> Optional.of(IpFamily.IPV4);
      case AF_INET6 -> Optional.of(IpFamily.IPV6);
      default -> Optional.empty();
    };
  }

  /**
   * The address whose bytes a buffer in network order begins with.
   *
   * @throws IndexOutOfBoundsException if there are too few
   */
  public static IpAddress address(IpFamily family, ByteBuffer bytes) {
    return family == IpFamily.IPV4
        ? new IpAddress(family, 0, Integer.toUnsignedLong(bytes.getInt(0)))
        : new IpAddress(family, bytes.getLong(0), bytes.getLong(Long.BYTES));
  }

  /** Writes an address's bytes. */
  public static void write(Payload out, IpAddress address) {
    if (address.family() == IpFamily.IPV4) {
      out.be32((int) address.low());
    } else {
      out.be64(address.high()).be64(address.low());
    }
  }
}
