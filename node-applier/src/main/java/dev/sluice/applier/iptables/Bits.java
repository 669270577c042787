package dev.sluice.applier.iptables;

import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import java.util.Comparator;

/**
 * A key of a {@link PrefixTree}: bits from the left, most significant first, the rest zero. Ordered
 * as unsigned numbers.
 */
record Bits(long high, long low) implements Comparable<Bits> {
  private static final Comparator<Bits> ORDER =
      Comparator.<Bits>comparingLong(bits -> bits.high + Long.MIN_VALUE)
          .thenComparingLong(bits -> bits.low + Long.MIN_VALUE);

  static Bits of(IpAddress address) {
    return address.family() == IpFamily.IPV4
        ? new Bits(address.low() << 32, 0)
        : new Bits(address.high(), address.low());
  }

  static Bits ofPort(int port) {
    return new Bits((long) port << 48, 0);
  }

  IpAddress address(IpFamily family) {
    return family == IpFamily.IPV4
        ? new IpAddress(family, 0, high >>> 32)
        : new IpAddress(family, high, low);
  }

  int port() {
    return (int) (high >>> 48);
  }

  /** How many leading bits both have in common, 0 to 128. */
  int commonPrefix(Bits other) {
    int common = Long.numberOfLeadingZeros(high ^ other.high);
    return common < 64 ? common : 64 + Long.numberOfLeadingZeros(low ^ other.low);
  }

  /** The {@code count} (1 to 8) bits from {@code offset} on; bits beyond the 128th are zero. */
  int digit(int offset, int count) {
    long window =
        offset >= 64
            ? low << (offset - 64)
            : offset == 0 ? high : high << offset | low >>> (64 - offset);
    return (int) (window >>> (64 - count));
  }

  /** These bits with all from {@code length} on cleared. */
  Bits prefix(int length) {
    return new Bits(high & leading(Math.min(length, 64)), low & leading(Math.max(length - 64, 0)));
  }

  private static long leading(int ones) {
    return ones == 0 ? 0 : -1L << (64 - ones);
  }

  @Override
  public int compareTo(Bits other) {
    return ORDER.compare(this, other);
  }
}
