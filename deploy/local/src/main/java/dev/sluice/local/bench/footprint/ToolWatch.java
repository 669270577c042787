package dev.sluice.local.bench.footprint;

import dev.sluice.local.bench.BenchException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Watches what the programs that a process starts hold of memory. Any thread. */
final class ToolWatch implements AutoCloseable {
  private static final long PERIOD_MILLIS = 20;

  private final long parent;
  private final AtomicLong peak = new AtomicLong();
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

  /**
   * Starts watching.
   *
   * @param parent the process whose children are watched
   */
  ToolWatch(long parent) {
    this.parent = parent;
    Future<?> _ =
        looking.scheduleWithFixedDelay(this::look, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    ProcessHandle.of(parent).ifPresent(this::lookAtChildrenOf);
  }

  private void lookAtChildrenOf(ProcessHandle process) {
    Optional<String> own = process.info().command();
    process
        .children()
        // at its very start, a child is its parent's program and shares its memory
        .filter(
            child -> child.info().command().filter(c -> !Optional.of(c).equals(own)).isPresent())
        .forEach(child -> peak.accumulateAndGet(peakOf(child), Math::max));
  }

  private static long peakOf(ProcessHandle child) {
    try {
      return ProcessMemory.of(child.pid()).peak();
    } catch (IOException | BenchException e) {
      return 0; // ended before it was looked at
    }
  }

  /** The most that any of them was seen to have had resident, in KiB; 0 if none was seen. */
  long peak() {
    return peak.get();
  }

  @Override
  public void close() {
    looking.shutdownNow();
  }
}
