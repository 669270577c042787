package dev.sluice.events.log;

import dev.sluice.events.event.Change;
import dev.sluice.events.event.EventCodec;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.LogRecord;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.kafka.client.producer.KafkaProducer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Writes changes to the log, a batch in one transaction, so that neither topic can be ahead of the
 * other or of the head.
 *
 * <p>One call at a time; any thread may make it, and its result comes on that thread's Vert.x
 * context. After a failure of whatever kind the writer is spent: close it and make a new one, whose
 * {@link #initTransactions} finishes or undoes what this one left.
 */
public final class LogWriter {
  private static final long CLOSE_MILLIS = 2000;

  private enum Phase {
    NEW,
    READY,
    BUSY,
    SPENT,
    CLOSED
  }

  private final Vertx vertx;
  private final KafkaSettings kafka;
  private final Topics topics;
  private final String transactionalId;
  private final EventCodec codec = new EventCodec();
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.NEW);
  private volatile Optional<KafkaProducer<byte[], byte[]>> producer = Optional.empty();

  /**
   * Does not connect yet.
   *
   * @param transactionalId the same for all writers of a cluster: the latest fences the others
   */
  public LogWriter(Vertx vertx, KafkaSettings kafka, Topics topics, String transactionalId) {
    this.vertx = vertx;
    this.kafka = kafka;
    this.topics = topics;
    this.transactionalId = transactionalId;
  }

  /**
   * Takes over: fences every earlier writer with this transactional id, and waits until its last
   * transaction has been finished or undone. To be called once, and first.
   *
   * @return fails with a {@link LogWriteException}, within about 10 seconds if no broker answers
   * @throws IllegalStateException if it was called before
   */
  public Future<Void> initTransactions() {
    enter(Phase.NEW);
    return blocking(
        "taking over the log",
        () -> {
          Producer<byte[], byte[]> client =
              new org.apache.kafka.clients.producer.KafkaProducer<>(
                  new HashMap<String, Object>(kafka.producer(transactionalId)));
          producer = Optional.of(KafkaProducer.create(vertx, client));
          if (phase.get() == Phase.CLOSED) {
            client.close(Duration.ZERO); // close() may have come before there was anything to close
          }
          client.initTransactions();
        });
  }

  /**
   * Writes changes to state and history, and the head, in one transaction.
   *
   * @param changes in the order of their revisions; may be empty, to write a head alone
   * @param time the head's event time, not before that of any change
   * @return completes when the transaction is committed; fails with a {@link LogWriteException},
   *     within about 20 seconds if no broker answers
   * @throws IllegalStateException if another call is under way, or the writer is not ready
   */
  public Future<Void> write(List<Change> changes, Head head, Instant time) {
    enter(Phase.READY);
    List<Change> batch = List.copyOf(changes);
    return blocking(
        "writing " + batch.size() + " changes up to revision " + head.revision(),
        () -> transact(records(batch, head, time)));
  }

  /** Closes the connection, in about two seconds at most; a transaction under way is given up. */
  public Future<Void> close() {
    phase.set(Phase.CLOSED);
    return producer.map(open -> open.close(CLOSE_MILLIS)).orElseGet(Future::succeededFuture);
  }

  private void transact(List<ProducerRecord<byte[], byte[]>> records) {
    Producer<byte[], byte[]> client = producer.orElseThrow().unwrap();
    client.beginTransaction();
    try {
      for (ProducerRecord<byte[], byte[]> record : records) {
        java.util.concurrent.Future<RecordMetadata> sent = client.send(record);
        // the commit fails if a record was not taken; but every further one would wait as long
        if (sent.state() == java.util.concurrent.Future.State.FAILED) {
          throw new KafkaException(sent.exceptionNow());
        }
      }
      client.commitTransaction();
    } catch (KafkaException e) {
      abort(client, e);
      throw e;
    }
  }

  private static void abort(Producer<byte[], byte[]> client, KafkaException reason) {
    if (ErrorText.causes(reason).anyMatch(TimeoutException.class::isInstance)) {
      // no broker answers, or the commit may have been taken: the next writer's start settles it
      return;
    }
    try {
      client.abortTransaction();
    } catch (KafkaException e) {
      reason.addSuppressed(e); // fenced, or gone: nothing is left to abort
    }
  }

  private List<ProducerRecord<byte[], byte[]>> records(
      List<Change> changes, Head head, Instant time) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(2 * changes.size() + 1);
    for (Change change : changes) {
      Instant when = change.revision().time();
      records.add(record(topics.state(), codec.encodeState(change), when));
      records.add(record(topics.history(), codec.encodeHistory(change, head), when));
    }
    records.add(record(topics.state(), codec.encodeHead(head, time), time));
    return records;
  }

  /** The record's own time is the event's, so that history can be looked up by it. */
  private static ProducerRecord<byte[], byte[]> record(
      String topic, LogRecord record, Instant time) {
    ProducerRecord<byte[], byte[]> result =
        new ProducerRecord<>(
            topic,
            0,
            time.toEpochMilli(),
            record.key().getBytes(StandardCharsets.UTF_8),
            record.value().orElse(null));
    record
        .headers()
        .forEach((name, text) -> result.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    return result;
  }

  private void enter(Phase expected) {
    if (!phase.compareAndSet(expected, Phase.BUSY)) {
      throw new IllegalStateException("the log writer is " + phase.get() + ", not " + expected);
    }
  }

  private Future<Void> blocking(String what, Runnable action) {
    Context context = vertx.getOrCreateContext();
    return context
        .executeBlocking(Executors.callable(() -> orClose(action)), false)
        .<Void>mapEmpty()
        .onSuccess(done -> phase.compareAndSet(Phase.BUSY, Phase.READY))
        .onFailure(e -> phase.compareAndSet(Phase.BUSY, Phase.SPENT))
        .recover(e -> Future.failedFuture(new LogWriteException(what, e)));
  }

  private void orClose(Runnable action) {
    boolean done = false;
    try {
      action.run();
      done = true;
    } finally {
      if (!done) {
        // left open, it would go on trying to take over, and fence the writer that follows
        producer.ifPresent(open -> open.unwrap().close(Duration.ZERO));
      }
    }
  }
}
