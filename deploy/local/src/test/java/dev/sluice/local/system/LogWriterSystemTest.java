package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.log.LogWriteException;
import dev.sluice.events.log.LogWriter;
import dev.sluice.events.model.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

@SystemTest
class LogWriterSystemTest {
  private static final ObjectKey WEB = ObjectKey.service("shop", "web");

  @Test
  void aBatchIsOnStateAndHistoryWithItsHead(TestLog log) throws Exception {
    Scribe scribe = log.scribe();

    scribe.publish(Manifests.NODE, Manifests.service("web", "10.96.0.80"));

    List<StateEntry> state = log.state().entries();
    assertThat(state).hasSize(3);
    assertThat(state.get(1))
        .isInstanceOfSatisfying(
            ObjectState.class,
            web -> {
              assertThat(web.key()).isEqualTo(WEB);
              assertThat(web.revision().number()).isEqualTo(2);
              assertThat(web.revision().clusterId()).isEqualTo(Scribe.CLUSTER_ID);
              assertThat(web.revision().cause()).isEqualTo(Cause.OBSERVED);
            });
    assertThat(state.get(2))
        .isInstanceOfSatisfying(
            HeadState.class,
            head ->
                assertThat(head.head())
                    .isEqualTo(new Head(Scribe.CLUSTER_ID, 1, 2, true, Optional.empty())));
    assertThat(log.history().entries())
        .extracting(change -> change.revision().number())
        .containsExactly(1L, 2L);
  }

  @Test
  void historyHasTheObjectBeforeAndAfterEachChange(TestLog log) throws Exception {
    Scribe scribe = log.scribe();

    scribe.publish(Manifests.service("web", "10.96.0.80"));
    scribe.publish(Manifests.service("web", "10.96.0.81"));
    scribe.delete("Service/shop/web");

    List<Change> history = log.history().entries();
    assertThat(history).extracting(Change::key).containsOnly(WEB).hasSize(3);
    assertThat(history.get(0).before()).isEmpty();
    assertThat(history.get(1).before()).isEqualTo(history.get(0).after());
    assertThat(history.get(1).after()).isPresent().isNotEqualTo(history.get(0).after());
    assertThat(history.get(2).before()).isEqualTo(history.get(1).after());
    assertThat(history.get(2).after()).isEmpty();
  }

  @Test
  void aDeletionIsATombstoneWithItsRevision(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.service("web", "10.96.0.80"));

    scribe.delete("Service/shop/web");

    assertThat(log.state().entries().get(2))
        .isInstanceOfSatisfying(
            ObjectState.class,
            gone -> {
              assertThat(gone.key()).isEqualTo(WEB);
              assertThat(gone.object()).isEmpty();
              assertThat(gone.revision().number()).isEqualTo(2);
            });
    assertThat(log.image().keys()).isEmpty();
    assertThat(log.image().revision()).isEqualTo(2);
  }

  @Test
  void anAbortedTransactionLeavesNothingOnEitherTopic(TestLog log) throws Exception {
    log.scribe().publish(Manifests.NODE);
    try (KafkaProducer<byte[], byte[]> other = log.producer("other")) {
      other.beginTransaction();
      sendToBoth(log, other);
      other.flush();

      other.abortTransaction();
    }

    assertOnlyTheNodeIsThere(log);
  }

  @Test
  void whatAWriterThatDiedHasNotCommittedIsUndoneByTheNext(TestLog log) throws Exception {
    log.scribe().publish(Manifests.NODE);
    KafkaProducer<byte[], byte[]> dying = log.producer(log.topics().cluster() + "-watcher");
    dying.beginTransaction();
    sendToBoth(log, dying);
    dying.flush();
    dying.close(Duration.ZERO);

    LogWriter next = log.writer();
    Await.result(next.initTransactions());

    assertOnlyTheNodeIsThere(log);
    Await.result(next.close());
  }

  @Test
  void aSecondWriterFencesTheFirst(TestLog log) throws Exception {
    Scribe first = log.scribe();
    first.publish(Manifests.NODE);

    new Scribe(log);

    Throwable failure = Await.failure(first.writer().write(List.of(), first.head(), Instant.now()));
    assertThat(failure)
        .isInstanceOfSatisfying(LogWriteException.class, e -> assertThat(e.fenced()).isTrue());
    assertThat(log.state().entries()).hasSize(2);
  }

  private static void sendToBoth(TestLog log, KafkaProducer<byte[], byte[]> producer) {
    for (String topic : List.of(log.topics().state(), log.topics().history())) {
      var _ = producer.send(new ProducerRecord<>(topic, 0, new byte[] {1}, new byte[] {2}));
    }
  }

  private static void assertOnlyTheNodeIsThere(TestLog log) throws Exception {
    assertThat(log.state().entries()).hasSize(2);
    assertThat(log.state().undecodable()).isEmpty();
    assertThat(log.history().entries()).hasSize(1);
    assertThat(log.history().undecodable()).isEmpty();
  }
}
