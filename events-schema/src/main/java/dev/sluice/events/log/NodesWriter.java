package dev.sluice.events.log;

import dev.sluice.events.event.LogRecord;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future.State;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Writes reports to the nodes topic, without transactions: each record stands for itself. Blocks
 * nobody: it has a thread of its own. Connects with the first write, and anew after an error.
 *
 * <p>One call at a time; any thread may make it, and its result comes on that thread's Vert.x
 * context.
 */
public final class NodesWriter {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Context context;
  private final KafkaSettings kafka;
  private final Topics topics;
  private final WorkerExecutor thread;
  private volatile Optional<Producer<byte[], byte[]>> producer = Optional.empty();
  private volatile boolean closed;

  /** Does not connect yet. Results come on this thread's context. */
  public NodesWriter(Vertx vertx, KafkaSettings kafka, Topics topics) {
    this.context = vertx.getOrCreateContext();
    this.kafka = kafka;
    this.topics = topics;
    // a name of its own, or else another writer would wait for the same thread
    String name = "reports-" + NUMBER.incrementAndGet();
    thread = vertx.createSharedWorkerExecutor(name, 1, 1, TimeUnit.HOURS);
  }

  /**
   * Writes records in this order.
   *
   * @return completes when the brokers have them; fails with a {@link LogWriteException}, within
   *     about 15 seconds if none answers: then some of them may have been written
   */
  public Future<Void> write(List<LogRecord> records) {
    List<LogRecord> all = List.copyOf(records);
    io.vertx.core.Promise<Void> done = io.vertx.core.Promise.promise();
    thread
        .<Void>executeBlocking(
            () -> {
              send(all);
              return null;
            })
        .onComplete(result -> context.runOnContext(_ -> done.handle(result)));
    return done.future();
  }

  /** Closes the connection, in about a second at most; what is being written may be lost. */
  public Future<Void> close() {
    closed = true;
    // not by its own thread, which may wait for a broker
    return context
        .<Void>executeBlocking(
            () -> {
              producer.ifPresent(open -> open.close(CLOSE_LIMIT));
              return null;
            },
            false)
        .eventually(thread::close);
  }

  private void send(List<LogRecord> records) throws LogWriteException {
    try {
      if (closed) {
        throw new IllegalStateException("the writer is closed");
      }
      Producer<byte[], byte[]> open = open();
      List<java.util.concurrent.Future<RecordMetadata>> sent = new ArrayList<>();
      for (LogRecord record : records) {
        sent.add(open.send(Records.toWrite(topics.nodes(), Optional.empty(), record)));
        // every further one would wait as long for a broker
        if (sent.getLast().state() == State.FAILED) {
          break;
        }
      }
      for (java.util.concurrent.Future<RecordMetadata> each : sent) {
        var _ = each.get();
      }
    } catch (ExecutionException | RuntimeException e) {
      // an idempotent producer may be spent; a new one is cheap beside an error
      producer.ifPresent(failed -> failed.close(Duration.ZERO));
      producer = Optional.empty();
      throw new LogWriteException("writing to topic " + topics.nodes(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LogWriteException("writing to topic " + topics.nodes(), e);
    }
  }

  private Producer<byte[], byte[]> open() {
    Producer<byte[], byte[]> open =
        producer.orElseGet(
            () -> new KafkaProducer<>(new HashMap<String, Object>(kafka.reportProducer())));
    producer = Optional.of(open);
    if (closed) {
      open.close(Duration.ZERO); // close() may have come before there was anything to close
    }
    return open;
  }
}
