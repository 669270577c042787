package dev.sluice.local.bench.iptables;

import dev.sluice.local.bench.BenchException;
import dev.sluice.local.bench.Durations;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Optional;

/** Times TCP connects to one address from a namespace, some at a time. For one thread. */
final class Connector {
  private static final int WARM_UP = 5;

  private final NetworkNamespace client;
  private final InetSocketAddress target;
  private final long[] nanos;
  private int succeeded;
  private int failed;

  /**
   * @param connects how many there will be, at most
   */
  Connector(NetworkNamespace client, InetSocketAddress target, int connects) {
    this.client = client;
    this.target = target;
    nanos = new long[connects];
  }

  /**
   * Makes sure that there is an answer.
   *
   * @throws BenchException if there is none
   */
  void check() {
    try {
      client.<IOException>run(this::connect);
    } catch (IOException e) {
      throw new BenchException(target + " does not answer: " + e.getMessage(), e);
    }
  }

  /** Connects so many times more, one after the other; those that fail count too. */
  void measure(int connects) {
    client.<RuntimeException>run(
        () -> {
          for (int i = -WARM_UP; i < connects; i++) {
            try {
              long took = connect();
              if (i >= 0) {
                nanos[succeeded++] = took;
              }
            } catch (IOException e) {
              failed++;
            }
          }
        });
  }

  private long connect() throws IOException {
    try (SocketChannel socket = SocketChannel.open()) {
      // a reset at the end: nobody is left waiting, and the port can be had again
      socket.setOption(StandardSocketOptions.SO_LINGER, 0);
      long start = System.nanoTime();
      socket.connect(target);
      return System.nanoTime() - start;
    }
  }

  ConnectTimes times() {
    Optional<Durations> times =
        succeeded == 0
            ? Optional.empty()
            : Optional.of(new Durations(Arrays.copyOf(nanos, succeeded)));
    return new ConnectTimes(times, failed);
  }
}
