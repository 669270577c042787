package dev.sluice.local.bench.log.fanout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.local.bench.BenchException;
import dev.sluice.local.bench.log.fanout.FetchCalls.Fetched;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;
import org.apache.kafka.common.requests.ResponseHeader;
import org.junit.jupiter.api.Test;

class FetchCallsTest {
  private static final short VERSION = ApiKeys.FETCH.latestVersion();
  private static final Uuid TOPIC = new Uuid(1, 2);

  private final FetchCalls calls =
      new FetchCalls(new TopicIdPartition(TOPIC, new TopicPartition("sluice.state", 0)));

  @Test
  void aRequestAsksForWhatIsCommittedFromAnOffsetOn() {
    ByteBuffer request = calls.request(7, 42);

    assertThat(request.getInt()).isEqualTo(request.remaining());
    RequestHeader header = RequestHeader.parse(request);
    FetchRequest fetch = FetchRequest.parse(new ByteBufferAccessor(request), header.apiVersion());
    assertThat(header.correlationId()).isEqualTo(7);
    assertThat(fetch.isolationLevel()).isEqualTo(IsolationLevel.READ_COMMITTED);
    assertThat(fetch.maxWait()).as("as KafkaSettings has it").isEqualTo(1000);
    assertThat(fetch.data().topics())
        .singleElement()
        .satisfies(
            topic -> {
              assertThat(topic.topicId()).isEqualTo(TOPIC);
              assertThat(topic.partitions().getFirst().fetchOffset()).isEqualTo(42);
            });
  }

  @Test
  void recordsAreCountedAndTheEndsOfTransactionsPassedOver() {
    ByteBuffer answer = answer(3, partition(records(42, 3), end(45), records(46, 2), end(48)));

    assertThat(calls.read(answer, 3, 42)).isEqualTo(new Fetched(49, 5));
  }

  @Test
  void anEmptyAnswerLeavesThePosition() {
    assertThat(calls.read(answer(3, partition()), 3, 42)).isEqualTo(new Fetched(42, 0));
  }

  @Test
  void errorsAndOthersAnswersAreNoRecords() {
    PartitionData failed = partition().setErrorCode(Errors.OFFSET_OUT_OF_RANGE.code());
    PartitionData aborted =
        partition(records(42, 1), end(43))
            .setAbortedTransactions(List.of(new AbortedTransaction()));

    assertThatThrownBy(() -> calls.read(answer(3, failed), 3, 42))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("OFFSET_OUT_OF_RANGE");
    assertThatThrownBy(() -> calls.read(answer(3, aborted), 3, 42))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("aborted");
    assertThatThrownBy(() -> calls.read(answer(2, partition()), 3, 42))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("request 2, not 3");
  }

  private static MemoryRecords records(long offset, int number) {
    SimpleRecord[] records = new SimpleRecord[number];
    for (int i = 0; i < number; i++) {
      records[i] = new SimpleRecord("key".getBytes(UTF_8), "value".getBytes(UTF_8));
    }
    return MemoryRecords.withTransactionalRecords(
        offset, Compression.zstd().build(), 1, (short) 0, 0, 0, records);
  }

  private static MemoryRecords end(long offset) {
    return MemoryRecords.withEndTransactionMarker(
        offset, 0, 0, 1, (short) 0, new EndTransactionMarker(ControlRecordType.COMMIT, 0));
  }

  private static PartitionData partition(MemoryRecords... parts) {
    ByteBuffer all = ByteBuffer.allocate(4096);
    for (MemoryRecords part : parts) {
      all.put(part.buffer());
    }
    return new PartitionData().setRecords(MemoryRecords.readableRecords(all.flip()));
  }

  private static ByteBuffer answer(int correlation, PartitionData partition) {
    FetchResponseData data =
        new FetchResponseData()
            .setResponses(
                List.of(
                    new FetchableTopicResponse()
                        .setTopicId(TOPIC)
                        .setPartitions(List.of(partition))));
    short headerVersion = ApiKeys.FETCH.responseHeaderVersion(VERSION);
    return RequestUtils.serialize(
        new ResponseHeader(correlation, headerVersion).data(), headerVersion, data, VERSION);
  }
}
