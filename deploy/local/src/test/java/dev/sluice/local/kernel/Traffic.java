package dev.sluice.local.kernel;

import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.Probe;
import dev.sluice.local.lab.ProbeResult;
import dev.sluice.local.lab.Transport;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A client that opens one TCP connection after the other until it is told to stop. */
final class Traffic {
  private static final int SERIES = 20;

  private final CountDownLatch begun = new CountDownLatch(1);
  private final FutureTask<List<ProbeResult>> task;
  private volatile boolean stopped;

  private Traffic(Probe probe) {
    task = new FutureTask<>(() -> ask(probe));
  }

  /** Begins, and returns once the first answers are there. */
  static Traffic start(NetworkNamespace from, InetAddress address, int port)
      throws InterruptedException {
    Probe probe =
        Probe.of(from, Transport.TCP, address, port)
            .withTimeout(Duration.ofMillis(900)); // less than it takes to try again
    Traffic traffic = new Traffic(probe);
    Thread.ofPlatform().name("traffic").daemon().start(traffic.task);
    traffic.begun.await();
    return traffic;
  }

  private List<ProbeResult> ask(Probe probe) {
    List<ProbeResult> results = new ArrayList<>();
    try {
      while (!stopped) {
        results.addAll(probe.ask(SERIES));
        begun.countDown();
      }
      return results;
    } finally {
      begun.countDown();
    }
  }

  /** Ends it, and says what came of every connection. */
  List<ProbeResult> stop() throws InterruptedException, ExecutionException {
    stopped = true;
    return task.get();
  }
}
