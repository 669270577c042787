package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.log.StateReader;
import dev.sluice.events.log.StateReader.Batch;
import dev.sluice.events.log.StateReader.Undecodable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

@SystemTest
class StateReaderSystemTest {
  @Test
  void anEmptyTopicGivesOneEmptyBatchAtTheEnd(TestLog log) throws Exception {
    log.withTopics();
    List<Batch> batches = new CopyOnWriteArrayList<>();
    StateReader reader = new StateReader(log.vertx(), log.kafka(), log.topics());

    Await.result(reader.start(batches::add));

    Await.until().until(() -> !batches.isEmpty());
    assertThat(batches).containsExactly(new Batch(List.of(), List.of(), true));
    Await.result(reader.close());
  }

  @Test
  void aTopicThatEndsInAnAbortedTransactionIsReadToItsEnd(TestLog log) throws Exception {
    log.scribe().publish(Manifests.NODE);
    try (KafkaProducer<byte[], byte[]> other = log.producer("other")) {
      other.beginTransaction();
      send(log, other, "Service/shop/web", "{}");
      other.abortTransaction();
    }

    // the helper returns only when the reader has said that it is at the end
    assertThat(log.state().entries()).hasSize(2);
  }

  @Test
  void aTopicOfAbortedTransactionsOnlyIsReadToItsEnd(TestLog log) throws Exception {
    log.withTopics();
    try (KafkaProducer<byte[], byte[]> other = log.producer("other")) {
      other.beginTransaction();
      send(log, other, "Service/shop/web", "{}");
      other.abortTransaction();
    }

    assertThat(log.state().entries()).isEmpty();
  }

  @Test
  void theEndIsTrueOnceAndForAll(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE);
    List<Batch> batches = new CopyOnWriteArrayList<>();
    StateReader reader = new StateReader(log.vertx(), log.kafka(), log.topics());
    Await.result(reader.start(batches::add));
    Await.until().until(() -> batches.stream().anyMatch(Batch::atEnd));
    int before = batches.size();

    scribe.publish(Manifests.service("web", "10.96.0.80"));

    Await.until()
        .until(
            () ->
                batches.stream()
                    .flatMap(batch -> batch.entries().stream())
                    .filter(HeadState.class::isInstance)
                    .anyMatch(head -> ((HeadState) head).head().revision() == 2));
    assertThat(batches.subList(before, batches.size())).allMatch(Batch::atEnd);
    Await.result(reader.close());
  }

  @Test
  void whatIsNotOfTheFormatIsToldWithItsOffsetAndTheRestIsRead(TestLog log) throws Exception {
    log.scribe().publish(Manifests.NODE);
    try (KafkaProducer<byte[], byte[]> other = log.producer("other")) {
      other.beginTransaction();
      send(log, other, "Service/shop/web", "{\"name\":");
      send(log, other, "Gateway/shop/web", "{}");
      sendDeletionWithoutHeaders(log, other, "Service/shop/headers");
      send(log, other, "Cluster/head", "{\"revision\":-1}");
      other.commitTransaction();
    }
    new Scribe(log).publish(Manifests.service("after", "10.96.0.81"));

    TestLog.Read<?> state = log.state();

    // two records and their transaction's marker come first
    assertThat(state.undecodable()).extracting(Undecodable::offset).containsExactly(3L, 4L, 5L, 6L);
    assertThat(state.undecodable())
        .extracting(Undecodable::key)
        .containsExactly(
            "Service/shop/web", "Gateway/shop/web", "Service/shop/headers", "Cluster/head");
    assertThat(state.undecodable())
        .allSatisfy(
            record -> {
              assertThat(record.topic()).isEqualTo(log.topics().state());
              assertThat(record.reason()).contains(record.key()).doesNotContain("\n");
            });
    assertThat(state.undecodable().get(2).reason()).contains("header ce_specversion is missing");
    assertThat(state.entries())
        .filteredOn(ObjectState.class::isInstance)
        .extracting(entry -> ((ObjectState) entry).key().toString())
        .containsExactly("Node/node-1", "Service/shop/after");
  }

  @Test
  void aTransactionThatNobodyEndsHoldsBackWhatFollowsUntilTheBrokerEndsIt(TestLog log)
      throws Exception {
    log.withTopics();
    try (KafkaProducer<byte[], byte[]> stuck =
        log.producer("stuck", Map.of("transaction.timeout.ms", "1000"))) {
      stuck.beginTransaction();
      send(log, stuck, "Service/shop/web", "{}");
      new Scribe(log).publish(Manifests.NODE);
      List<Batch> batches = new CopyOnWriteArrayList<>();
      StateReader reader = new StateReader(log.vertx(), log.kafka(), log.topics());

      Await.result(reader.start(batches::add));

      Await.until().until(() -> batches.stream().anyMatch(batch -> !batch.entries().isEmpty()));
      assertThat(batches.getLast().entries()).hasSize(2);
      Await.result(reader.close());
    }
  }

  private static void send(
      TestLog log, KafkaProducer<byte[], byte[]> producer, String key, String value)
      throws Exception {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    var _ =
        producer
            .send(new ProducerRecord<>(log.topics().state(), 0, name, text))
            .get(30, TimeUnit.SECONDS);
  }

  private static void sendDeletionWithoutHeaders(
      TestLog log, KafkaProducer<byte[], byte[]> producer, String key) throws Exception {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    var _ =
        producer
            .send(new ProducerRecord<>(log.topics().state(), 0, name, null))
            .get(30, TimeUnit.SECONDS);
  }
}
