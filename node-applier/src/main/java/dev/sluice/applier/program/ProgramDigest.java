package dev.sluice.applier.program;

import java.nio.ByteBuffer;

/**
 * A program's fingerprint: the sum, modulo 2^128, of a hash of each of its objects. A sum does not
 * depend on the order, and an object can be taken out again, so a change costs what it touches.
 */
public record ProgramDigest(long high, long low) {
  /** The digest of a program without objects. */
  public static final ProgramDigest EMPTY = new ProgramDigest(0, 0);

  /** The digest of the objects of both programs, which have none in common. */
  public ProgramDigest plus(ProgramDigest other) {
    long sum = low + other.low;
    long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    return new ProgramDigest(high + other.high + carry, sum);
  }

  ProgramDigest minus(ProgramDigest other) {
    long borrow = Long.compareUnsigned(low, other.low) < 0 ? 1 : 0;
    return new ProgramDigest(high - other.high - borrow, low - other.low);
  }

  /** The hash of one object by its key and value, as their texts. */
  static ProgramDigest of(Object key, Object value) {
    ByteBuffer hash = ByteBuffer.wrap(Sha256.of(key + "\0" + value));
    return new ProgramDigest(hash.getLong(), hash.getLong());
  }

  /** 32 hexadecimal digits. */
  @Override
  public String toString() {
    return "%016x%016x".formatted(high, low);
  }
}
