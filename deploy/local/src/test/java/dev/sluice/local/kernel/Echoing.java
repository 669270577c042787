package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.lab.OpenConnections;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Asks all connections again and again while the test goes on. */
final class Echoing {
  private final FutureTask<List<Integer>> task;
  private volatile boolean stopped;

  private Echoing(OpenConnections connections) {
    task =
        new FutureTask<>(
            () -> {
              List<Integer> rounds = new ArrayList<>();
              do {
                rounds.add(connections.echoing());
              } while (!stopped);
              return rounds;
            });
  }

  /** What is done while connections are in use. */
  interface Step {
    void run() throws Exception;
  }

  /** Takes a step with all connections in use: before it, while it lasts, and after it. */
  static void throughout(OpenConnections connections, int number, Step step) throws Exception {
    assertThat(connections.echoing()).isEqualTo(number);
    Echoing echoing = new Echoing(connections);
    Thread.ofPlatform().name("echoing").daemon().start(echoing.task);
    try {
      step.run();
    } finally {
      echoing.stopped = true;
    }
    assertThat(echoing.rounds()).isNotEmpty().containsOnly(number);
    assertThat(connections.echoing()).isEqualTo(number);
  }

  /** How many came back in every round. */
  private List<Integer> rounds() throws InterruptedException, ExecutionException {
    return task.get();
  }
}
