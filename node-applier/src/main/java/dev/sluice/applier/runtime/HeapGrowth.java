package dev.sluice.applier.runtime;

/**
 * Keeps what the process holds of memory near to what it needs. Reading the log and reading back
 * the kernel leave garbage among the long-lived, and the serial collector would let that grow to
 * the heap's limit before it looks there. For one thread.
 */
final class HeapGrowth {
  private static final long MOST = 32L << 20;

  private final Runtime runtime = Runtime.getRuntime();
  private long live;

  /** Collects all garbage if there may be much of it; stops the JVM for that long. */
  void limit() {
    if (used() - live > MOST) {
      System.gc();
      live = used();
    }
  }

  private long used() {
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
