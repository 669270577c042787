package dev.sluice.applier.cli;

import dev.sluice.events.log.HistoryReader;
import dev.sluice.events.log.HistoryReader.HistoryBatch;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * History as somebody takes it who may be slower than the log: reading waits where a few batches
 * have not been taken. Taken by one thread.
 */
final class HistoryStream implements AutoCloseable {
  private static final int AHEAD = 4;
  private static final long STEP_MILLIS = 100;

  private final BlockingQueue<HistoryBatch> batches = new ArrayBlockingQueue<>(AHEAD);
  private final HistoryReader reader;
  private final Future<Void> reading;
  private volatile boolean closed;

  /**
   * @param start begins reading, with the listener that it is given
   */
  HistoryStream(HistoryReader reader, Function<Consumer<HistoryBatch>, Future<Void>> start) {
    this.reader = reader;
    reading = start.apply(this::put);
  }

  private void put(HistoryBatch batch) {
    try {
      boolean taken = false;
      while (!closed && !taken) {
        taken = batches.offer(batch, STEP_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits for the next batch.
   *
   * @return empty after the last
   * @throws IOException if the history can't be read
   */
  Optional<HistoryBatch> next() throws IOException, InterruptedException {
    while (true) {
      boolean over = reading.isComplete();
      HistoryBatch batch = batches.poll(over ? 0 : STEP_MILLIS, TimeUnit.MILLISECONDS);
      if (batch != null) {
        return Optional.of(batch);
      }
      if (over) {
        OpenLog.await(reading);
        return Optional.empty();
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    var _ = reader.close();
  }
}
