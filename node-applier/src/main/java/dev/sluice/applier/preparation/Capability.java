package dev.sluice.applier.preparation;

/** A privilege of a process that an applier may need; numbers are those of linux/capability.h. */
public enum Capability {
  NET_BIND_SERVICE(10),
  NET_ADMIN(12),
  NET_RAW(13);

  private final int bit;

  Capability(int bit) {
    this.bit = bit;
  }

  boolean in(long mask) {
    return (mask >>> bit & 1) == 1;
  }
}
