package dev.sluice.local.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends what a thread is doing by an interrupt, so that the thread itself cleans up, in its own
 * order.
 */
final class Interruption {
  private final Thread worker;
  private final Duration limit;
  private final CountDownLatch left = new CountDownLatch(1);

  /**
   * @param limit how long the clean-up may take
   */
  Interruption(Thread worker, Duration limit) {
    this.worker = worker;
    this.limit = limit;
  }

  /** What may be interrupted. */
  interface Work {
    void run() throws IOException, InterruptedException;
  }

  /** Does the work, on the worker's thread. */
  void guard(Work work) throws IOException, InterruptedException {
    try {
      work.run();
    } finally {
      left.countDown();
    }
  }

  /** Interrupts the work from another thread; gives whether it has ended in time. */
  boolean interruptAndWait() {
    worker.interrupt();
    try {
      return left.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
