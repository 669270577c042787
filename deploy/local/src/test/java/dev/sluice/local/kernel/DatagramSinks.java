package dev.sluice.local.kernel;

import dev.sluice.local.lab.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Counts what each of some pods gets, and answers nothing. For one thread. */
final class DatagramSinks implements AutoCloseable {
  private static final long LIMIT_MILLIS = 2000;

  private final Selector selector;
  private final List<DatagramChannel> channels = new ArrayList<>();
  private final SortedMap<String, Integer> counts = new TreeMap<>();

  private DatagramSinks(Selector selector) {
    this.selector = selector;
  }

  static DatagramSinks open(List<Pod> pods, Function<Pod, InetAddress> address, int port)
      throws IOException {
    DatagramSinks sinks = new DatagramSinks(Selector.open());
    try {
      for (Pod pod : pods) {
        sinks.listen(pod, new InetSocketAddress(address.apply(pod), port));
      }
      return sinks;
    } catch (IOException | RuntimeException e) {
      sinks.close();
      throw e;
    }
  }

  private void listen(Pod pod, InetSocketAddress local) throws IOException {
    DatagramChannel channel =
        pod.namespace().<DatagramChannel, IOException>call(DatagramChannel::open);
    channels.add(channel);
    channel.bind(local).configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, pod.name());
    counts.put(pod.name(), 0);
  }

  /**
   * Waits until so many datagrams have come in all.
   *
   * @throws IOException if none comes for two seconds before that
   */
  void await(int total) throws IOException {
    while (total() < total) {
      if (selector.select(this::drain, LIMIT_MILLIS) == 0) {
        throw new IOException("no more than " + total() + " of " + total + " datagrams");
      }
    }
  }

  private int total() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  private void drain(SelectionKey key) {
    ByteBuffer datagram = ByteBuffer.allocate(16);
    try {
      while (((DatagramChannel) key.channel()).receive(datagram.clear()) != null) {
        counts.merge((String) key.attachment(), 1, Integer::sum);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By the pod's name. */
  SortedMap<String, Integer> counts() {
    return counts;
  }

  @Override
  public void close() throws IOException {
    selector.close();
    for (DatagramChannel channel : channels) {
      channel.close();
    }
  }
}
