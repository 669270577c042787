package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.Pod;
import dev.sluice.local.lab.Probe;
import dev.sluice.local.lab.ProbeResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * That a pod may end as soon as its hook has, without one failed request. The applier is slow: it
 * writes to the kernel only every two seconds, so that whoever does not wait for it is caught.
 */
@KernelTest
@Tag("system")
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class PreStopSystemTest {
  private static final List<String> OLD = List.of("old-1", "old-2", "old-3");

  @TempDir Path folder;

  /** Opens one connection after the other until it is told to stop. */
  private static final class Client {
    private final AtomicInteger answers = new AtomicInteger();
    private final FutureTask<List<ProbeResult>> task;
    private volatile boolean stopped;

    Client(RollingUpdateLab lab) {
      Probe probe =
          Probe.tcp(lab.client(), RollingUpdateLab.CLUSTER_IP, 80)
              .withTimeout(Duration.ofSeconds(10)); // refused, reset or unanswered; never just slow
      task = new FutureTask<>(() -> ask(probe));
      Thread.ofPlatform().name("client").daemon().start(task);
    }

    private List<ProbeResult> ask(Probe probe) {
      List<ProbeResult> failures = new ArrayList<>();
      while (!stopped) {
        for (ProbeResult result : probe.ask(20)) {
          if (result instanceof ProbeResult.Answer) {
            answers.incrementAndGet();
          } else {
            failures.add(result);
          }
        }
      }
      return failures;
    }

    /** Waits until so many more requests were answered, or it has stopped by itself. */
    void awaitAnswers(int number) {
      int enough = answers.get() + number;
      Await.until().until(() -> answers.get() >= enough || task.isDone());
    }

    List<ProbeResult> stop() throws Exception {
      stopped = true;
      return task.get();
    }
  }

  @Test
  void notOneRequestFailsInARollingUpdateWhosePodsWaitForTheNodes() throws Exception {
    try (RollingUpdateLab lab = new RollingUpdateLab(folder, OLD, "--min-sync-period", "2s")) {
      Client client = new Client(lab);
      client.awaitAnswers(100);
      for (Pod old : lab.pods()) {
        lab.come("new-of-" + old.name());
        lab.go(old, RollingUpdateLab.documentedHook());
        client.awaitAnswers(100);
      }

      List<ProbeResult> failures = client.stop();

      assertThat(failures).isEmpty();
      assertThat(client.answers.get()).isGreaterThan(400);
      assertThat(lab.answers(200)).as("hooks that were told that every node is ready").isEqualTo(3);
      assertThat(lab.pods()).allMatch(pod -> pod.name().startsWith("new-of-"));
      assertThat(lab.command("nodes", "--wait-for", "now"))
          .startsWith("exit code 0\n")
          .contains("1 of 1 nodes are live");
      assertThat(lab.command("plan", "--node-name", "node-1"))
          .startsWith("exit code 0\n")
          .contains("node-1: the same digest was reported");
    }
  }

  /** Without which the test above would show nothing. */
  @Test
  void requestsFailWherePodsDoNotWait() throws Exception {
    try (RollingUpdateLab lab = new RollingUpdateLab(folder, OLD, "--min-sync-period", "2s")) {
      Client client = new Client(lab);
      client.awaitAnswers(100);
      Pod old = lab.pods().getFirst();
      lab.come("new-of-" + old.name());
      lab.go(old, List.of());
      client.awaitAnswers(20);

      assertThat(client.stop()).isNotEmpty();
    }
  }
}
