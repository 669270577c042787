package dev.sluice.local.kernel;

import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A client that opens one short TCP connection after the other, from a few ports round and round,
 * until it is told to stop. It ends each by a reset, so that its port is free at once, while IPVS
 * and conntrack remember the connection for ten seconds more.
 */
final class ReusedPorts {
  private static final int FIRST_PORT = 20_000;
  private static final int PORTS = 50;
  private static final int TIMEOUT_MILLIS = 3000;

  /** Within a second TCP tries again: whatever takes as long needed more than its first packet. */
  private static final Duration SLOW = Duration.ofMillis(900);

  private final InetSocketAddress target;
  private final FutureTask<Outcome> task;
  private volatile boolean stopped;
  private volatile int opened;
  private volatile int failed;

  private ReusedPorts(NetworkNamespace from, InetSocketAddress target) {
    this.target = target;
    task = new FutureTask<>(() -> from.<Outcome, RuntimeException>call(this::connect));
  }

  static ReusedPorts start(NetworkNamespace from, InetSocketAddress target) {
    ReusedPorts client = new ReusedPorts(from, target);
    Thread.ofPlatform().name("reused-ports").daemon().start(client.task);
    return client;
  }

  /**
   * What came of all connections.
   *
   * @param slow those that succeeded, but not by their first packets
   * @param failures reasons
   */
  record Outcome(int connections, int slow, List<String> failures) {}

  private Outcome connect() {
    int succeeded = 0;
    int slow = 0;
    List<String> failures = new ArrayList<>();
    for (int number = 0; !stopped; number++) {
      int port = FIRST_PORT + number % PORTS;
      long start = System.nanoTime();
      try {
        ask(port);
        slow += System.nanoTime() - start > SLOW.toNanos() ? 1 : 0;
        succeeded++;
        opened = succeeded;
      } catch (BindException e) {
        // A process that this JVM starts has a copy of every socket, for a moment: until then the
        // port's last connection is open. Nothing was sent.
      } catch (IOException e) {
        failures.add("connection %d from port %d: %s".formatted(number, port, e));
        failed = failures.size();
      }
    }
    return new Outcome(succeeded + failures.size(), slow, failures);
  }

  private void ask(int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setReuseAddress(true);
      socket.setSoLinger(true, 0);
      socket.bind(new InetSocketAddress(port));
      socket.connect(target, TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      if (socket.getInputStream().read() < 0) {
        throw new IOException("closed unanswered");
      }
    }
  }

  /** Waits until each port was used so often again; or until a connection has failed. */
  void awaitRounds(int rounds) throws InterruptedException {
    int enough = opened + rounds * PORTS;
    while (opened < enough && failed == 0 && !task.isDone()) {
      Thread.sleep(10);
    }
  }

  /** Ends it. */
  Outcome stop() throws InterruptedException, ExecutionException {
    stopped = true;
    return task.get();
  }
}
