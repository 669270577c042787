package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.Moment;
import dev.sluice.events.event.Revision;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.log.LogReadException;
import dev.sluice.events.log.LogWriter;
import dev.sluice.events.log.PastReader;
import dev.sluice.events.log.PastState;
import dev.sluice.events.log.UnknownMomentException;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.ObjectKey;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The cluster as it was, read from a real log. */
@SystemTest
class PastReaderSystemTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final ObjectKey WEB = ObjectKey.service("shop", "web");

  /** A log whose changes have times that the test chooses. */
  private static final class TimedLog {
    private final LogWriter writer;
    private final List<Change> changes = new ArrayList<>();
    private Optional<Long> completeSince = Optional.empty();

    TimedLog(TestLog log) throws Exception {
      log.withTopics();
      writer = log.writer();
      Await.result(writer.initTransactions());
    }

    /** Writes the port of Service shop/web anew, in a transaction of its own. */
    void port(int port, long millis) throws Exception {
      write(change(port, millis));
    }

    Change change(int port, long millis) {
      ClusterObject object =
          Scribe.objects(
                  Manifests.service("web", "10.96.0.80")
                      .replace("port: 80,", "port: " + port + ","))
              .getFirst()
              .object();
      Optional<ClusterObject> before =
          changes.isEmpty() ? Optional.empty() : changes.getLast().after();
      Change change = new Change.Upserted(revision(millis), before, object);
      changes.add(change);
      return change;
    }

    void delete(long millis) throws Exception {
      ClusterObject before = changes.getLast().after().orElseThrow();
      Change change = new Change.Deleted(revision(millis), before);
      changes.add(change);
      write(change);
    }

    void write(Change... batch) throws Exception {
      Head head =
          new Head(
              Scribe.CLUSTER_ID,
              1,
              changes.size(),
              true,
              Optional.of(changes.size() < 3 ? "iptables" : "ipvs"),
              Optional.empty(),
              completeSince);
      Await.result(writer.write(List.of(batch), head, batch[0].revision().time()));
    }

    private Revision revision(long millis) {
      return new Revision(
          changes.size() + 1L,
          1,
          Scribe.CLUSTER_ID,
          START.plusMillis(millis),
          Cause.OBSERVED,
          "",
          Optional.empty());
    }
  }

  private static Future<PastState> read(TestLog log, Moment moment) {
    return new PastReader(log.vertx(), log.kafka(), log.topics(), Duration.ofSeconds(20))
        .at(moment);
  }

  private static PastState at(TestLog log, Moment moment) throws Exception {
    PastState state = Await.result(read(log, moment));
    assertThat(state.problems()).isEmpty();
    return state;
  }

  private static Moment revision(long number) {
    return new Moment.AtRevision(number);
  }

  private static Moment millis(long millis) {
    return new Moment.AtTime(START.plusMillis(millis));
  }

  private static int port(PastState state) {
    return state
        .image()
        .service(new dev.sluice.events.model.ServiceName("shop", "web"))
        .map(service -> service.ports().getFirst().port())
        .orElse(0);
  }

  private static void refused(TestLog log, Moment moment, String... texts) throws Exception {
    assertThat(Await.failure(read(log, moment)))
        .isInstanceOf(UnknownMomentException.class)
        .hasMessageContainingAll(texts);
  }

  @Test
  void everyRevisionAndEveryTimeIsFoundWithItsModeAndTime(TestLog log) throws Exception {
    TimedLog timed = new TimedLog(log);
    timed.port(81, 0);
    timed.port(82, 10);
    timed.write(timed.change(83, 20), timed.change(84, 20));
    timed.delete(30);

    assertThat(port(at(log, revision(1)))).isEqualTo(81);
    assertThat(port(at(log, revision(3)))).isEqualTo(83);
    assertThat(port(at(log, revision(4)))).isEqualTo(84);
    assertThat(at(log, revision(5)).image().keys()).isEmpty();
    assertThat(at(log, Moment.NOW).revision()).isEqualTo(5);
    PastState then = at(log, millis(19));
    assertThat(port(then)).isEqualTo(82);
    assertThat(then.revision()).isEqualTo(2);
    assertThat(then.time()).contains(START.plusMillis(10));
    assertThat(then.image().head().flatMap(Head::proxyMode)).contains("iptables");
    assertThat(then.image().complete()).isTrue();
    // of equal times the last
    assertThat(at(log, millis(20)).revision()).isEqualTo(4);
    assertThat(at(log, millis(20)).image().head().flatMap(Head::proxyMode)).contains("ipvs");
    assertThat(at(log, millis(100_000)).revision()).isEqualTo(5);
    refused(log, revision(6), "revision 6 has not come yet", "revision 5");
    refused(log, millis(-1), "the earliest is revision 1", "2026-03-01T12:00:00Z");
  }

  @Test
  void beforeTheClusterWasWholeNothingIsTold(TestLog log) throws Exception {
    TimedLog timed = new TimedLog(log);
    timed.port(81, 0);
    timed.port(82, 10);
    timed.completeSince = Optional.of(2L);
    timed.port(83, 20);

    assertThat(port(at(log, revision(2)))).isEqualTo(82);
    assertThat(port(at(log, millis(10)))).isEqualTo(82);
    refused(log, revision(1), "revision 1 is before", "revision 2", "12:00:00.010Z");
    refused(log, millis(9), "revision 2", "12:00:00.010Z");
  }

  @Test
  void whatRetentionHasRemovedIsRefusedWithWhatIsLeft(TestLog log) throws Exception {
    TimedLog timed = new TimedLog(log);
    for (int i = 1; i <= 6; i++) {
      timed.port(80 + i, 10L * i);
    }
    deleteHistory(log, 6); // three transactions of one change and one marker

    assertThat(port(at(log, revision(4)))).isEqualTo(84);
    assertThat(port(at(log, millis(45)))).isEqualTo(84);
    PastState edge = at(log, revision(3));
    assertThat(port(edge)).isEqualTo(83);
    assertThat(edge.time()).isEmpty();
    refused(log, revision(2), "the earliest is revision 3, or by time 2026-03-01T12:00:00.040Z");
    refused(log, millis(39), "the earliest is revision 3, or by time 2026-03-01T12:00:00.040Z");
  }

  @Test
  void withNoHistoryLeftOnlyTheLatestRevisionIsKnown(TestLog log) throws Exception {
    TimedLog timed = new TimedLog(log);
    timed.port(81, 0);
    timed.port(82, 10);
    deleteHistory(log, 4);

    assertThat(port(at(log, revision(2)))).isEqualTo(82);
    assertThat(port(at(log, millis(10)))).isEqualTo(82);
    assertThat(port(at(log, Moment.NOW))).isEqualTo(82);
    refused(log, revision(1), "the earliest is revision 2, or by time 2026-03-01T12:00:00.010Z");
    refused(log, millis(9), "the earliest is revision 2");
  }

  @Test
  void manyAbortedTransactionsBeforeATimeDoNotHideTheChangeBeforeIt(TestLog log) throws Exception {
    TimedLog timed = new TimedLog(log);
    timed.port(81, 0);
    timed.port(82, 10);
    try (KafkaProducer<byte[], byte[]> other = log.producer("other")) {
      for (int i = 0; i < 60; i++) {
        other.beginTransaction();
        var _ = other.send(new ProducerRecord<>(log.topics().history(), 0, 1L, null, new byte[1]));
        other.abortTransaction();
      }
    }
    timed.port(83, 20);

    PastState state = at(log, millis(15));

    assertThat(port(state)).isEqualTo(82);
    assertThat(state.time()).contains(START.plusMillis(10));
  }

  @Test
  void changesWhileItIsReadDoNotMatter(TestLog log) throws Exception {
    TimedLog timed = new TimedLog(log);
    timed.port(81, 0);
    timed.port(82, 10);
    List<Future<PastState>> reads = new ArrayList<>();
    for (int i = 3; i < 60; i++) {
      timed.port(80 + i, 10L * i);
      if (i % 5 == 0) {
        reads.add(read(log, revision(2)));
        reads.add(read(log, millis(15)));
      }
    }

    for (Future<PastState> read : reads) {
      PastState state = Await.result(read);
      assertThat(port(state)).isEqualTo(82);
      assertThat(state.problems()).isEmpty();
      assertThat(state.revision()).isEqualTo(2);
    }
  }

  @Test
  void anUndecodableRecordAfterTheMomentIsToldAndOneBeforeItIsNot(TestLog log) throws Exception {
    TimedLog timed = new TimedLog(log);
    timed.port(81, 0);
    poison(log);
    timed.port(82, 10);
    timed.port(83, 20);

    assertThat(at(log, revision(2)).problems()).isEmpty();
    PastState before = Await.result(read(log, revision(1)));
    assertThat(before.problems())
        .singleElement()
        .asString()
        .contains(log.topics().history() + " offset 2", "Service/shop/web");
    assertThat(port(before)).isEqualTo(81);
  }

  @Test
  void aRevisionThatIsMissingIsTold(TestLog log) throws Exception {
    TimedLog timed = new TimedLog(log);
    timed.port(81, 0);
    timed.change(82, 10); // never written
    timed.port(83, 20);

    PastState before = Await.result(read(log, revision(1)));

    assertThat(before.problems())
        .singleElement()
        .asString()
        .contains("between revision 1 and 3", "1 are missing");
  }

  @Test
  void theImageIsTheOneThatWasThereThen(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    List<ClusterImage> images = new ArrayList<>();
    scribe.publish(Manifests.NODE, Manifests.WEB);
    images.add(log.image());
    scribe.publish(Manifests.service("api", "10.96.0.81"), Manifests.slice("api", "10.244.1.3"));
    images.add(log.image());
    scribe.delete("EndpointSlice/shop/web-ipv4", "Service/shop/web");
    images.add(log.image());
    scribe.mode("ipvs").publish(Manifests.slice("api", "10.244.1.3", "10.244.1.4"));
    images.add(log.image());

    for (ClusterImage image : images) {
      assertThat(at(log, revision(image.revision())).image()).isEqualTo(image);
    }
    assertThat(at(log, Moment.NOW).image()).isEqualTo(images.getLast());
  }

  @Test
  void aLogThatIsNotCompleteIsNotBelieved(TestLog log) throws Exception {
    log.scribe().complete(false).publish(Manifests.NODE);

    assertThat(Await.failure(read(log, revision(1))))
        .isInstanceOf(LogReadException.class)
        .hasMessageContaining("does not hold the whole cluster");
  }

  private static void deleteHistory(TestLog log, long offset) throws Exception {
    try (Admin admin = log.admin()) {
      var _ =
          admin
              .deleteRecords(
                  Map.of(
                      new TopicPartition(log.topics().history(), 0),
                      RecordsToDelete.beforeOffset(offset)))
              .all()
              .get(30, TimeUnit.SECONDS);
    }
  }

  private static void poison(TestLog log) throws Exception {
    try (KafkaProducer<byte[], byte[]> other = log.producer("other")) {
      other.beginTransaction();
      var _ =
          other.send(
              new ProducerRecord<>(
                  log.topics().history(),
                  0,
                  START.toEpochMilli(),
                  WEB.toString().getBytes(StandardCharsets.UTF_8),
                  "{".getBytes(StandardCharsets.UTF_8)));
      other.commitTransaction();
    }
  }
}
