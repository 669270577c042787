package dev.sluice.local.faults;

import dev.sluice.events.model.IpFamily;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.OpenConnections;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Uses the steady Service all along, over both families: connections that stay open and pass bytes
 * both ways, and new ones, one after the other. Any thread.
 */
final class SteadyTraffic implements AutoCloseable {
  /** A machine may be busy; what is lost for good does not come back by then either. */
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** TCP tries again after a second: whatever takes as long needed more than its first packet. */
  private static final Duration SLOW = Duration.ofMillis(900);

  private static final Duration BETWEEN_CONNECTS = Duration.ofMillis(4);
  private static final Duration BETWEEN_ECHOES = Duration.ofMillis(10);
  private static final int REASONS = 5;

  private final int perFamily;
  private final int patience;
  private final List<OpenConnections> open = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<String> reasons = new ArrayList<>();
  private final AtomicLong echoes = new AtomicLong();
  private final AtomicLong connects = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicLong slow = new AtomicLong();
  private final AtomicInteger dropped = new AtomicInteger();
  private volatile boolean stopped;

  private SteadyTraffic(int perFamily, int patience) {
    this.perFamily = perFamily;
    this.patience = patience;
  }

  /**
   * What came of it.
   *
   * @param open connections that were opened to stay
   * @param dropped of these
   * @param echoes messages that came back on them
   * @param connects new connections that were tried
   * @param failed of these
   * @param slow of these that needed more than a first packet
   * @param reasons of the first failures
   */
  record Counts(
      int open,
      int dropped,
      long echoes,
      long connects,
      long failed,
      long slow,
      List<String> reasons) {
    Counts {
      reasons = List.copyOf(reasons);
    }
  }

  /**
   * Opens the connections and starts using them.
   *
   * @param perFamily how many stay open, of each family
   * @param patience as {@link FaultNode#patience}
   * @throws IOException if they can't be opened
   */
  static SteadyTraffic start(NetworkNamespace client, int perFamily, int patience)
      throws IOException {
    SteadyTraffic traffic = new SteadyTraffic(perFamily, patience);
    try {
      for (IpFamily family : IpFamily.values()) {
        InetSocketAddress target = target(family);
        OpenConnections opened = OpenConnections.open(perFamily, client, target, TIMEOUT);
        traffic.open.add(opened);
        traffic.run("echo-" + family, () -> traffic.echo(opened));
        traffic.run(
            "connect-" + family,
            () -> client.<InterruptedException>run(() -> traffic.connect(target)));
      }
      return traffic;
    } catch (IOException | RuntimeException | Error e) {
      traffic.close();
      throw e;
    }
  }

  private static InetSocketAddress target(IpFamily family) {
    String address = ChurnCluster.steadyAddress(family).toString();
    return new InetSocketAddress(InetAddress.ofLiteral(address), ChurnCluster.STEADY_PORT);
  }

  private interface Loop {
    void run() throws InterruptedException;
  }

  private void run(String name, Loop loop) {
    Thread thread =
        Thread.ofPlatform()
            .name(name)
            .daemon()
            .start(
                () -> {
                  try {
                    loop.run();
                  } catch (InterruptedException e) {
                    note("interrupted");
                  }
                });
    threads.add(thread);
  }

  private void echo(OpenConnections connections) throws InterruptedException {
    int alive = perFamily;
    while (!stopped) {
      int echoing = connections.echoing();
      echoes.addAndGet(echoing);
      if (echoing < alive) {
        dropped.addAndGet(alive - echoing);
        note(alive - echoing + " open connections dropped");
        alive = echoing;
      }
      Thread.sleep(BETWEEN_ECHOES.multipliedBy(patience));
    }
  }

  private void connect(InetSocketAddress target) throws InterruptedException {
    while (!stopped) {
      connects.incrementAndGet();
      try (Socket socket = new Socket()) {
        // by a reset, so that its port is free again at once
        socket.setSoLinger(true, 0);
        long start = System.nanoTime();
        socket.connect(target, Math.toIntExact(TIMEOUT.toMillis()));
        if (System.nanoTime() - start > SLOW.toNanos()) {
          slow.incrementAndGet();
        }
        socket.setSoTimeout(Math.toIntExact(TIMEOUT.toMillis()));
        if (socket.getInputStream().read() < 0) {
          throw new IOException("closed unanswered");
        }
      } catch (IOException e) {
        failures.incrementAndGet();
        note("connect to " + target + ": " + e);
      }
      Thread.sleep(BETWEEN_CONNECTS.multipliedBy(patience));
    }
  }

  private void note(String reason) {
    synchronized (reasons) {
      if (reasons.size() < REASONS) {
        reasons.add(java.time.Instant.now() + " " + reason);
      }
    }
  }

  /** So far. */
  Counts counts() {
    synchronized (reasons) {
      return new Counts(
          perFamily * IpFamily.values().length,
          dropped.get(),
          echoes.get(),
          connects.get(),
          failures.get(),
          slow.get(),
          reasons);
    }
  }

  /** Ends it, and all connections. */
  @Override
  public void close() {
    stopped = true;
    try {
      for (Thread thread : threads) {
        thread.join();
      }
      for (OpenConnections each : open) {
        each.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new FaultException("connections could not be closed: " + e.getMessage(), e);
    }
  }
}
