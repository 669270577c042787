package dev.sluice.local.bench.log.fanout;

import dev.sluice.local.bench.BenchException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.FetchMetadata;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.ResponseHeader;

/**
 * Fetch requests for one partition and their answers, as bytes. What an applier asks for: committed
 * records, 1 MiB at most, within a second (see {@code KafkaSettings}); but without a fetch session,
 * which saves little where there is one partition. Pure.
 *
 * @param partition what is fetched
 */
record FetchCalls(TopicIdPartition partition) {
  private static final short VERSION = ApiKeys.FETCH.latestVersion();
  private static final int MAX_WAIT_MILLIS = 1000;
  private static final int MAX_BYTES = 1 << 20;
  private static final String CLIENT = "bench";

  /**
   * What an answer brought.
   *
   * @param position from where the next request goes on
   * @param records those that mark a transaction's end are not counted
   */
  record Fetched(long position, int records) {}

  /** A request from an offset on, with its length before it, ready to be sent. */
  ByteBuffer request(int correlation, long offset) {
    FetchRequest.PartitionData from =
        new FetchRequest.PartitionData(
            partition.topicId(), offset, -1, MAX_BYTES, Optional.empty());
    FetchRequest request =
        FetchRequest.Builder.forConsumer(
                VERSION, MAX_WAIT_MILLIS, 1, Map.of(partition.topicPartition(), from))
            .isolationLevel(IsolationLevel.READ_COMMITTED)
            .setMaxBytes(MAX_BYTES)
            .metadata(FetchMetadata.LEGACY)
            .build(VERSION);
    ByteBuffer body =
        request.serializeWithHeader(new RequestHeader(ApiKeys.FETCH, VERSION, CLIENT, correlation));
    ByteBuffer whole = ByteBuffer.allocate(Integer.BYTES + body.remaining());
    return whole.putInt(body.remaining()).put(body).flip();
  }

  /**
   * Reads an answer.
   *
   * @param answer without its length
   * @param offset where the request began
   * @throws BenchException if it is an error, another request's answer, or holds an aborted
   *     transaction, whose records must not be counted
   */
  Fetched read(ByteBuffer answer, int correlation, long offset) {
    short headerVersion = ApiKeys.FETCH.responseHeaderVersion(VERSION);
    int answered = ResponseHeader.parse(answer, headerVersion).correlationId();
    if (answered != correlation) {
      throw new BenchException(
          "the broker answers request %d, not %d".formatted(answered, correlation));
    }
    FetchResponse response = FetchResponse.parse(new ByteBufferAccessor(answer), VERSION);
    check(response.error());
    long position = offset;
    int records = 0;
    for (FetchableTopicResponse topic : response.data().responses()) {
      for (PartitionData data : topic.partitions()) {
        check(data);
        for (RecordBatch batch : FetchResponse.recordsOrFail(data).batches()) {
          if (batch.baseOffset() != position) {
            throw new BenchException(
                "the broker goes on at %d, not at %d".formatted(batch.baseOffset(), position));
          }
          position = batch.nextOffset();
          records += batch.isControlBatch() ? 0 : batch.countOrNull();
        }
      }
    }
    return new Fetched(position, records);
  }

  private static void check(PartitionData data) {
    check(Errors.forCode(data.errorCode()));
    if (!Optional.ofNullable(data.abortedTransactions()).orElse(List.of()).isEmpty()) {
      throw new BenchException("a transaction was aborted");
    }
  }

  private static void check(Errors error) {
    if (error != Errors.NONE) {
      throw new BenchException("the broker answers a fetch with " + error);
    }
  }
}
