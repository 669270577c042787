package dev.sluice.local.cli;

import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/**
 * Makes SIGTERM and SIGINT an orderly end with an exit code of our choice, where the JVM's own
 * would be 143 or 130.
 *
 * <p>While open, a signal runs the given action on the JVM's shutdown thread. Closed by the command
 * that ends by itself.
 */
final class Termination implements AutoCloseable {
  private final Thread hook;

  private Termination(IntSupplier end) {
    // A shutdown hook can't choose the exit code, but it can halt with one.
    this.hook = new Thread(() -> endAndHalt(end), "termination");
  }

  /**
   * From now on, a signal runs this action and then ends the JVM.
   *
   * @param end gives the exit code; must return within a few seconds; whatever it throws makes the
   *     exit code 1
   */
  static Termination bySignal(IntSupplier end) {
    Termination termination = new Termination(end);
    Runtime.getRuntime().addShutdownHook(termination.hook);
    return termination;
  }

  private static void endAndHalt(IntSupplier end) {
    int exit = 1;
    try {
      exit = end.getAsInt();
    } finally {
      Runtime.getRuntime().halt(exit);
    }
  }

  /** Signals have their usual effect again. Never returns if one has come: the JVM is ending. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      while (true) {
        LockSupport.park(this);
      }
    }
  }
}
