package dev.sluice.events.log;

import dev.sluice.events.event.Change;
import dev.sluice.events.event.EventCodec;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.LogRecord;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.kafka.client.producer.KafkaProducer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future.State;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Writes changes to the log, a batch in one transaction, so that neither topic can be ahead of the
 * other or of the head.
 *
 * <p>One call at a time; any thread may make it, and its result comes on that thread's Vert.x
 * context. After a failure the writer is spent: close it and make a new one, whose {@link
 * #initTransactions} finishes or undoes what this one left. Only changes that are too large for the
 * log leave it as it was.
 */
public final class LogWriter {
  private static final long CLOSE_MILLIS = 2000;

  /** On state and history. */
  private static final int RECORDS_OF_A_CHANGE = 2;

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
   * @return completes when the transaction is committed; fails with a {@link TooLargeException}
   *     where nothing was written because a change is too large, and the others may be tried again;
   *     or with a {@link LogWriteException}, within about 20 seconds if no broker answers
   * @throws IllegalStateException if another call is under way, or the writer is not ready
   */
  public Future<Void> write(List<Change> changes, Head head, Instant time) {
    enter(Phase.READY);
    List<Change> batch = List.copyOf(changes);
    return blocking(
        "writing " + batch.size() + " changes up to revision " + head.revision(),
        () -> transact(batch, records(batch, head, time)));
  }

  /** Closes the connection, in about two seconds at most; a transaction under way is given up. */
  public Future<Void> close() {
    phase.set(Phase.CLOSED);
    return producer.map(open -> open.close(CLOSE_MILLIS)).orElseGet(Future::succeededFuture);
  }

  private void transact(List<Change> changes, List<ProducerRecord<byte[], byte[]>> records) {
    Producer<byte[], byte[]> client = producer.orElseThrow().unwrap();
    List<java.util.concurrent.Future<RecordMetadata>> sent = new ArrayList<>(records.size());
    client.beginTransaction();
    try {
      for (ProducerRecord<byte[], byte[]> record : records) {
        java.util.concurrent.Future<RecordMetadata> result = client.send(record);
        sent.add(result);
        // the commit fails if a record was not taken; but every further one would wait as long
        if (result.state() == State.FAILED) {
          throw new KafkaException(result.exceptionNow());
        }
      }
      client.commitTransaction();
    } catch (KafkaException e) {
      boolean undone = abort(client, e);
      TooLargeException tooLarge = tooLarge(changes, records, sent);
      if (undone && !tooLarge.changes().isEmpty()) {
        throw new Unwritten(tooLarge);
      }
      throw e;
    }
  }

  /**
   * The change of which a record was refused for its size, by producer or broker; none if none was.
   * Of several it is the largest: what waited to be sent beside one that is too large fails with
   * the same reason. If another is too large as well, the next attempt tells.
   */
  private static TooLargeException tooLarge(
      List<Change> changes,
      List<ProducerRecord<byte[], byte[]>> records,
      List<java.util.concurrent.Future<RecordMetadata>> sent) {
    int largest = 0;
    Map<Change, String> refused = Map.of();
    // a head, which comes last, is small
    for (int i = 0; i < Math.min(sent.size(), RECORDS_OF_A_CHANGE * changes.size()); i++) {
      Optional<Throwable> reason =
          sent.get(i).state() == State.FAILED
              ? ErrorText.causes(sent.get(i).exceptionNow())
                  .filter(RecordTooLargeException.class::isInstance)
                  .findFirst()
              : Optional.empty();
      int size = size(records.get(i));
      if (reason.isPresent() && size > largest) {
        largest = size;
        Change change = changes.get(i / RECORDS_OF_A_CHANGE);
        refused = Map.of(change, ErrorText.of(reason.orElseThrow()));
      }
    }
    return new TooLargeException(refused);
  }

  /** Of its key and value, in bytes; a deletion has no value. */
  private static int size(ProducerRecord<byte[], byte[]> record) {
    return record.key().length + (record.value() == null ? 0 : record.value().length);
  }

  /** Whether nothing is left of the transaction, and the next may begin. */
  private static boolean abort(Producer<byte[], byte[]> client, KafkaException reason) {
    if (ErrorText.causes(reason).anyMatch(TimeoutException.class::isInstance)) {
      // no broker answers, or the commit may have been taken: the next writer's start settles it
      return false;
    }
    try {
      client.abortTransaction();
      return true;
    } catch (KafkaException e) {
      reason.addSuppressed(e); // fenced, or gone: nothing is left to abort
      return false;
    }
  }

  /** Carries what the writer survives out of its thread. */
  private static final class Unwritten extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final TooLargeException reason;

    Unwritten(TooLargeException reason) {
      super(reason);
      this.reason = reason;
    }
  }

  private List<ProducerRecord<byte[], byte[]>> records(
      List<Change> changes, Head head, Instant time) {
    List<ProducerRecord<byte[], byte[]>> records =
        new ArrayList<>(RECORDS_OF_A_CHANGE * changes.size() + 1);
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
    return Records.toWrite(topic, Optional.of(time), record);
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
        .onComplete(
            done -> {
              boolean usable = done.succeeded() || done.cause() instanceof Unwritten;
              phase.compareAndSet(Phase.BUSY, usable ? Phase.READY : Phase.SPENT);
            })
        .recover(
            e ->
                Future.failedFuture(
                    e instanceof Unwritten unwritten
                        ? unwritten.reason
                        : new LogWriteException(what, e)));
  }

  private void orClose(Runnable action) {
    boolean usable = false;
    try {
      action.run();
      usable = true;
    } catch (Unwritten e) {
      usable = true;
      throw e;
    } finally {
      if (!usable) {
        // left open, it would go on trying to take over, and fence the writer that follows
        producer.ifPresent(open -> open.unwrap().close(Duration.ZERO));
      }
    }
  }
}
