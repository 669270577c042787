package dev.sluice.events.model;

import java.util.Comparator;

/**
 * An IPv4 or IPv6 address. IPv4 stands in the low 32 bits of {@code low}, {@code high} is 0 then.
 * Ordered by family, then by unsigned value.
 *
 * @param high bits 127 to 64
 * @param low bits 63 to 0
 */
public record IpAddress(IpFamily family, long high, long low) implements Comparable<IpAddress> {
  private static final Comparator<IpAddress> ORDER =
      Comparator.comparing(IpAddress::family)
          .thenComparing(IpAddress::high, Long::compareUnsigned)
          .thenComparing(IpAddress::low, Long::compareUnsigned);

  public IpAddress {
    if (family == IpFamily.IPV4 && (high != 0 || low >>> 32 != 0)) {
      throw new InvalidObjectException("an IPv4 address has 32 bits");
    }
  }

  /**
   * Parses a textual address. Leading zeros of IPv4 numbers are read as decimal and IPv4-mapped
   * IPv6 addresses as IPv4, as kube-proxy does; zones are refused.
   *
   * @throws InvalidObjectException if the text is no address
   */
  public static IpAddress parse(String text) {
    return IpAddressText.parse(text);
  }

  /** The bit at {@code index}, 0 being the most significant of the family's width. */
  public boolean bit(int index) {
    int fromRight = family.bits() - 1 - index;
    return ((fromRight >= 64 ? high >>> (fromRight - 64) : low >>> fromRight) & 1) == 1;
  }

  /** This address with all but the first {@code length} bits cleared. */
  public IpAddress masked(int length) {
    return family == IpFamily.IPV4
        ? new IpAddress(family, 0, low & leading(length + 32))
        : new IpAddress(
            family, high & leading(Math.min(length, 64)), low & leading(Math.max(length - 64, 0)));
  }

  /** How many leading bits the two addresses share, 0 to the family's width. */
  public int commonPrefix(IpAddress other) {
    if (family != other.family) {
      throw new IllegalArgumentException("addresses of two families have no common prefix");
    }
    if (family == IpFamily.IPV4) {
      return Long.numberOfLeadingZeros(low ^ other.low) - 32;
    }
    int common = Long.numberOfLeadingZeros(high ^ other.high);
    return common < 64 ? common : 64 + Long.numberOfLeadingZeros(low ^ other.low);
  }

  /** {@code ip:port}, or {@code [ip]:port} for IPv6. */
  public String withPort(int port) {
    return family == IpFamily.IPV6 ? "[" + this + "]:" + port : this + ":" + port;
  }

  /** Whether this is in 127.0.0.0/8 or is ::1. */
  public boolean isLoopback() {
    return family == IpFamily.IPV4 ? low >>> 24 == 127 : high == 0 && low == 1;
  }

  /** Whether this is in fe80::/10; 169.254.0.0/16 is used as any other by some networks. */
  public boolean isLinkLocal() {
    return family == IpFamily.IPV6 && high >>> 54 == 0xfe80 >>> 6;
  }

  private static long leading(int ones) {
    return ones == 0 ? 0 : ones >= 64 ? -1L : -1L << (64 - ones);
  }

  @Override
  public int compareTo(IpAddress other) {
    return ORDER.compare(this, other);
  }

  /** The canonical text: RFC 5952 for IPv6. */
  @Override
  public String toString() {
    return IpAddressText.format(this);
  }
}
