package dev.sluice.watcher.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.local.apiserver.FakeApiServer;
import dev.sluice.local.apiserver.FakeCluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeaseElectionTest {
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final Duration DEADLINE = Duration.ofMillis(1500);

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final FakeCluster cluster = new FakeCluster();
  private final FakeApiServer api = new FakeApiServer(cluster);
  private final FakeApiServer other = new FakeApiServer(cluster);
  private final LeaseElection one = election("one", api, LEASE);
  private final LeaseElection two = election("two", other, LEASE);
  private final List<Candidacy> candidacies = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    candidacies.forEach(this::withdraw);
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    api.close();
    other.close();
  }

  @Test
  void onlyOneIsElectedAndTheOtherSeesWho() {
    Candidacy first = stand(one);
    await().until(() -> first.won().isComplete());

    Candidacy second = stand(two);
    await().until(() -> two.leader().isPresent());

    assertThat(two.leader()).contains("one");
    assertThat(second.won().isComplete()).isFalse();
    assertThat(cluster.leases().holder("kube-system", "lease")).contains("one");
  }

  @Test
  void whatIsGivenBackIsTakenLongBeforeItWouldHaveRunOut() {
    Candidacy first = stand(election("one", api, Duration.ofMinutes(5)));
    await().until(() -> first.won().isComplete());
    Candidacy second = stand(two);
    await().until(() -> two.leader().isPresent());

    withdraw(first);

    assertThat(cluster.leases().holder("kube-system", "lease")).isNotEqualTo(Optional.of("one"));
    await().until(() -> second.won().isComplete());
    assertThat(first.lost().isComplete()).as("withdrawn, not lost").isFalse();
  }

  @Test
  void aLeaderWhoseApiServerIsGoneLosesAndTheOtherWins() {
    Candidacy first = stand(one);
    await().until(() -> first.won().isComplete());
    Candidacy second = stand(two);

    api.goAway();

    await().until(() -> first.lost().isComplete());
    assertThat(one.problem()).isPresent();
    await().until(() -> second.won().isComplete());
    withdraw(first);
    api.comeBack();
    stand(one);
    await().until(() -> one.problem().isEmpty());
    assertThat(one.leader()).contains("two");
  }

  @Test
  void aLeaderWhoseRequestsHangLosesBeforeAnotherMayWin() {
    Candidacy first = stand(one);
    await().until(() -> first.won().isComplete());
    Candidacy second = stand(two);
    await().until(() -> two.leader().isPresent());
    boolean[] lostFirst = new boolean[1];
    context.runOnContext(
        v -> second.won().onSuccess(won -> lostFirst[0] = first.lost().isComplete()));

    api.hang(true);

    await().until(() -> second.won().isComplete() && first.lost().isComplete());
    assertThat(lostFirst[0]).isTrue();
  }

  @Test
  void whoCantConnectWinsWhenItCan() {
    api.goAway();
    Candidacy first = stand(one);
    await().until(() -> one.problem().isPresent());

    api.comeBack();

    await().until(() -> first.won().isComplete());
    assertThat(one.problem()).isEmpty();
  }

  @Test
  void withdrawingWhileNobodyAnswersEndsInTime() {
    Candidacy first = stand(one);
    await().until(() -> first.won().isComplete());
    api.hang(true);

    long start = System.nanoTime();
    withdraw(first);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
  }

  private Candidacy stand(LeaseElection election) {
    Promise<Candidacy> stood = Promise.promise();
    context.runOnContext(v -> stood.complete(election.stand()));
    Candidacy candidacy = result(stood.future());
    candidacies.add(candidacy);
    return candidacy;
  }

  private void withdraw(Candidacy candidacy) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(v -> candidacy.withdraw().onComplete(done));
    result(done.future());
  }

  private static <T> T result(Future<T> future) {
    await().until(future::isComplete);
    return future.result();
  }

  private LeaseElection election(String identity, FakeApiServer through, Duration duration) {
    LeaseSettings settings =
        new LeaseSettings(
            "kube-system", "lease", identity, duration, DEADLINE, Duration.ofMillis(100));
    Config config = new ConfigBuilder(Config.empty()).withMasterUrl(through.url()).build();
    return new LeaseElection(vertx, () -> config, settings);
  }
}
