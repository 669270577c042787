package dev.sluice.applier.cli;

import dev.sluice.applier.netlink.NamespaceKernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A thread that works on the kernel of a network namespace, while the rest of the process stays
 * where it can reach the log. Sockets that it opens and processes that it starts are in the
 * namespace, and {@code /proc/sys/net} is the namespace's to it.
 */
final class KernelThread implements AutoCloseable {
  private static final Path NAMED = Path.of("/run/netns");

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> Thread.ofPlatform().name("kernel").daemon().unstarted(task));

  private KernelThread() {}

  /**
   * Starts it.
   *
   * @param namespace a namespace's file, or its name as {@code ip netns} has it; empty: the one
   *     that this process is in
   * @throws IOException if it can't be entered
   */
  static KernelThread in(Optional<String> namespace) throws IOException, InterruptedException {
    KernelThread started = new KernelThread();
    if (namespace.isPresent()) {
      boolean entered = false;
      try {
        Path file = NAMED.resolve(namespace.get());
        started.call(
            () -> {
              NamespaceKernel.enter(file);
              return file;
            });
        entered = true;
      } finally {
        if (!entered) {
          started.close();
        }
      }
    }
    return started;
  }

  /**
   * Has it do something, and waits.
   *
   * @throws IOException if that fails so
   */
  <T> T call(Callable<T> work) throws IOException, InterruptedException {
    try {
      return thread.submit(work).get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
