package dev.sluice.events.log;

import dev.sluice.events.event.LogRecord;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a reader of the log as a broker does, with records that never change: enough for a
 * program to go through its start where there is no broker, and of no other use. Every topic has
 * the same records. Listens on the loopback interface; a thread a connection.
 */
public final class RehearsalBroker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RehearsalBroker.class);
  private static final int NODE_ID = 1;
  private static final Uuid TOPIC_ID = new Uuid(1, 1);
  private static final int IDLE_MILLIS = 100;
  private static final List<ApiKeys> APIS =
      List.of(ApiKeys.API_VERSIONS, ApiKeys.METADATA, ApiKeys.LIST_OFFSETS, ApiKeys.FETCH);

  private final ServerSocket listening;
  private final MemoryRecords records;
  private final int end;
  private final CountDownLatch read = new CountDownLatch(1);

  /**
   * Starts to listen.
   *
   * @param log what each topic has
   * @throws IOException if no port can be listened on
   */
  public RehearsalBroker(List<LogRecord> log) throws IOException {
    records =
        MemoryRecords.withRecords(
            Compression.zstd().build(),
            log.stream().map(RehearsalBroker::record).toArray(SimpleRecord[]::new));
    end = log.size();
    listening = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    Thread _ = Thread.ofPlatform().name("rehearsal-broker").daemon().start(this::accept);
  }

  /** What {@code --bootstrap-servers} is to name. */
  public String bootstrapServers() {
    return "127.0.0.1:" + listening.getLocalPort();
  }

  /** Waits until a reader has come to the log's end; whether it has, in time. */
  public boolean awaitRead(long millis) throws InterruptedException {
    return read.await(millis, TimeUnit.MILLISECONDS);
  }

  private static SimpleRecord record(LogRecord record) {
    Header[] headers =
        record.headers().entrySet().stream()
            .map(each -> new RecordHeader(each.getKey(), bytes(each.getValue())))
            .toArray(Header[]::new);
    return new SimpleRecord(0, bytes(record.key()), record.value().orElse(null), headers);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Thread _ = Thread.ofPlatform().daemon().start(() -> serve(client));
      }
    } catch (IOException e) {
      LOG.debug("closed", e);
    }
  }

  private void serve(Socket client) {
    try (client;
        DataInputStream in = new DataInputStream(client.getInputStream());
        DataOutputStream out = new DataOutputStream(client.getOutputStream())) {
      while (true) {
        byte[] request = new byte[in.readInt()];
        in.readFully(request);
        answer(ByteBuffer.wrap(request), out);
      }
    } catch (EOFException e) {
      LOG.debug("the client has gone", e);
    } catch (IOException | RuntimeException e) {
      // what it does not know it does not answer; the client tries again until the rehearsal ends
      LOG.debug("connection ended", e);
    }
  }

  private void answer(ByteBuffer bytes, DataOutputStream out) throws IOException {
    RequestHeader header = RequestHeader.parse(bytes);
    short version = header.apiVersion();
    ApiMessage asked =
        AbstractRequest.parseRequest(header.apiKey(), version, new ByteBufferAccessor(bytes))
            .request
            .data();
    ByteBuffer head =
        MessageUtil.toByteBufferAccessor(
                new ResponseHeaderData().setCorrelationId(header.correlationId()),
                header.apiKey().responseHeaderVersion(version))
            .buffer();
    ByteBuffer body =
        MessageUtil.toByteBufferAccessor(answer(header.apiKey(), asked), version).buffer();
    out.writeInt(head.remaining() + body.remaining());
    out.write(head.array(), head.arrayOffset() + head.position(), head.remaining());
    out.write(body.array(), body.arrayOffset() + body.position(), body.remaining());
    out.flush();
  }

  private ApiMessage answer(ApiKeys api, ApiMessage asked) {
    return switch (asked) {
      case MetadataRequestData metadata -> metadata(metadata);
      case ListOffsetsRequestData offsets -> offsets(offsets);
      case FetchRequestData fetch -> fetch(fetch);
      case ApiVersionsRequestData _ -> versions();
      default -> throw new IllegalArgumentException("not rehearsed: " + api);
    };
  }

  private static ApiVersionsResponseData versions() {
    ApiVersionsResponseData answer = new ApiVersionsResponseData();
    APIS.forEach(api -> answer.apiKeys().add(ApiVersionsResponse.toApiVersion(api)));
    return answer;
  }

  private MetadataResponseData metadata(MetadataRequestData asked) {
    MetadataResponseData answer =
        new MetadataResponseData().setClusterId("rehearsal").setControllerId(NODE_ID);
    answer
        .brokers()
        .add(
            new MetadataResponseData.MetadataResponseBroker()
                .setNodeId(NODE_ID)
                .setHost("127.0.0.1")
                .setPort(listening.getLocalPort()));
    if (asked.topics() != null) {
      asked.topics().forEach(topic -> answer.topics().add(topic(topic.name())));
    }
    return answer;
  }

  private static MetadataResponseData.MetadataResponseTopic topic(String name) {
    return new MetadataResponseData.MetadataResponseTopic()
        .setName(name)
        .setTopicId(TOPIC_ID)
        .setPartitions(
            List.of(
                new MetadataResponseData.MetadataResponsePartition()
                    .setPartitionIndex(0)
                    .setLeaderId(NODE_ID)
                    .setLeaderEpoch(0)
                    .setReplicaNodes(List.of(NODE_ID))
                    .setIsrNodes(List.of(NODE_ID))));
  }

  private ListOffsetsResponseData offsets(ListOffsetsRequestData asked) {
    return new ListOffsetsResponseData()
        .setTopics(
            asked.topics().stream()
                .map(
                    topic ->
                        new ListOffsetsResponseData.ListOffsetsTopicResponse()
                            .setName(topic.name())
                            .setPartitions(
                                topic.partitions().stream()
                                    .map(each -> offset(each.timestamp()))
                                    .toList()))
                .toList());
  }

  private ListOffsetsResponseData.ListOffsetsPartitionResponse offset(long time) {
    return new ListOffsetsResponseData.ListOffsetsPartitionResponse()
        .setPartitionIndex(0)
        .setTimestamp(-1)
        .setLeaderEpoch(0)
        .setOffset(time == ListOffsetsRequest.EARLIEST_TIMESTAMP ? 0 : end);
  }

  private FetchResponseData fetch(FetchRequestData asked) {
    return new FetchResponseData()
        .setResponses(
            asked.topics().stream()
                .map(
                    topic ->
                        new FetchResponseData.FetchableTopicResponse()
                            .setTopic(topic.topic())
                            .setTopicId(topic.topicId())
                            .setPartitions(
                                topic.partitions().stream()
                                    .map(each -> fetched(each.fetchOffset()))
                                    .toList()))
                .toList());
  }

  private FetchResponseData.PartitionData fetched(long from) {
    boolean atEnd = from >= end;
    if (atEnd) {
      read.countDown();
      idle();
    }
    return new FetchResponseData.PartitionData()
        .setPartitionIndex(0)
        .setLogStartOffset(0)
        .setHighWatermark(end)
        .setLastStableOffset(end)
        .setAbortedTransactions(List.of())
        .setRecords(atEnd ? MemoryRecords.EMPTY : records);
  }

  private static void idle() {
    try {
      Thread.sleep(IDLE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops to listen. */
  @Override
  public void close() throws IOException {
    listening.close();
  }
}
