package dev.sluice.local.bench.log.fanout;

import dev.sluice.local.bench.BenchException;
import dev.sluice.local.bench.log.fanout.FetchCalls.Fetched;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * One connection that asks for records, and asks again as soon as it is answered. Belongs to the
 * pollers' thread, but for {@link #standing}.
 */
final class Poller implements AutoCloseable {
  private static final int LARGEST_ANSWER = 4 << 20;

  private final SocketChannel channel;
  private final FetchCalls calls;
  private final Arrivals arrivals = new Arrivals();
  private final ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
  private ByteBuffer answer = ByteBuffer.allocate(4096);
  private int correlation;
  private volatile Standing standing;

  /**
   * How far a poller has come.
   *
   * @param position the offset after all that has come
   * @param answers how often it was answered
   * @param bytes how much the broker has sent it
   */
  record Standing(long position, long answers, long bytes) {}

  /**
   * Connects; asks for nothing yet.
   *
   * @param position where it begins
   */
  Poller(InetSocketAddress broker, FetchCalls calls, long position) throws IOException {
    this.calls = calls;
    standing = new Standing(position, 0, 0);
    channel = SocketChannel.open(broker);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
  }

  /** Sends the first request; the selector's key has the poller attached. */
  void start(Selector selector) throws IOException {
    SelectionKey _ = channel.register(selector, SelectionKey.OP_READ, this);
    ask();
  }

  private void ask() throws IOException {
    ByteBuffer request = calls.request(++correlation, standing.position());
    int _ = channel.write(request);
    if (request.hasRemaining()) {
      throw new BenchException("the broker does not read"); // one request is under way at most
    }
  }

  /**
   * Reads what has come; where that is a whole answer, sends the next request.
   *
   * @throws BenchException if the broker answers with an error, or has closed the connection
   */
  void read() throws IOException {
    if (length.hasRemaining()) {
      fill(length);
      if (length.hasRemaining()) {
        return;
      }
      prepare(length.getInt(0));
    }
    fill(answer);
    if (!answer.hasRemaining()) {
      answered(System.nanoTime());
    }
  }

  private void prepare(int size) {
    if (size < 1 || size > LARGEST_ANSWER) {
      throw new BenchException("the broker sends an answer of " + size + " bytes");
    }
    if (size > answer.capacity()) {
      answer = ByteBuffer.allocate(size);
    }
    answer.clear().limit(size);
  }

  private void fill(ByteBuffer buffer) throws IOException {
    if (channel.read(buffer) < 0) {
      throw new BenchException("the broker has closed a poller's connection");
    }
  }

  private void answered(long nanoTime) throws IOException {
    Standing before = standing;
    Fetched fetched = calls.read(answer.flip(), correlation, before.position());
    if (fetched.position() > before.position()) {
      arrivals.add(fetched.position(), fetched.records(), nanoTime);
    }
    standing =
        new Standing(
            fetched.position(),
            before.answers() + 1,
            before.bytes() + Integer.BYTES + length.getInt(0));
    length.clear();
    ask();
  }

  /** How far it has come. Any thread. */
  Standing standing() {
    return standing;
  }

  /** What has come since the start. */
  Arrivals arrivals() {
    return arrivals;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
