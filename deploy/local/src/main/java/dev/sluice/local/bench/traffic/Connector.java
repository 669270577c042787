package dev.sluice.local.bench.traffic;

import dev.sluice.local.bench.BenchException;
import dev.sluice.local.bench.Durations;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Times TCP connects to one address from a namespace, some at a time. For one thread. */
public final class Connector {
  private static final int WARM_UP = 5;
  private static final int AT_A_TIME = 25;
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final NetworkNamespace client;
  private final InetSocketAddress target;
  private final long[] nanos;
  private int succeeded;
  private int failed;

  /**
   * @param connects how many there will be, at most
   */
  public Connector(NetworkNamespace client, InetSocketAddress target, int connects) {
    this.client = client;
    this.target = target;
    nanos = new long[connects];
  }

  /**
   * Makes sure that there is an answer.
   *
   * @throws BenchException if there is none
   */
  public void check() {
    try {
      client.<IOException>run(this::connect);
    } catch (IOException e) {
      throw new BenchException(target + " does not answer: " + e.getMessage(), e);
    }
  }

  /** Connects so many times more, one after the other; those that fail count too. */
  private void measure(int connects) {
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

  /**
   * Some by each in turn, spread over seconds, so that what else happens on the machine hits all
   * alike.
   *
   * @param connects of each
   */
  public static void inTurn(Collection<Connector> connectors, int connects) {
    for (int left = connects; left > 0; left -= AT_A_TIME) {
      LockSupport.parkNanos(PAUSE.toNanos());
      int now = Math.min(left, AT_A_TIME);
      connectors.forEach(connector -> connector.measure(now));
    }
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

  /** What all of them took. */
  public ConnectTimes times() {
    Optional<Durations> times =
        succeeded == 0
            ? Optional.empty()
            : Optional.of(new Durations(Arrays.copyOf(nanos, succeeded)));
    return new ConnectTimes(times, failed);
  }
}
