package dev.sluice.watcher.lease;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectorBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.vertx5.Vertx5HttpClientFactory;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries to get a Lease, and keeps it. Leads from the moment it has the Lease until it could not
 * renew it for the renew deadline: that is watched by a timer of its own, since a request that
 * hangs would hold up the elector's.
 */
final class LeaseCandidacy implements Candidacy {
  private static final Logger log = LoggerFactory.getLogger(LeaseCandidacy.class);
  private static final Duration LONGEST_REQUEST = Duration.ofSeconds(5);
  private static final Duration LONGEST_END = Duration.ofSeconds(2);

  private final Vertx vertx;
  private final Context context;
  private final LeaseSettings settings;
  private final Consumer<String> leaders;
  private final ObservedLock lock;

  /** Everything that waits for the API server. */
  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("lease").factory());

  private final Promise<Void> won = Promise.promise();
  private final Promise<Void> lost = Promise.promise();

  /** Of the executor's thread. */
  private Optional<KubernetesClient> client = Optional.empty();

  private Optional<CompletableFuture<?>> election = Optional.empty();

  /** Of the context. */
  private Optional<Future<Void>> withdrawal = Optional.empty();

  /**
   * @param leaders is told of every new leader's identity; any thread
   * @param outcomes is told what became of each request; any thread
   */
  LeaseCandidacy(
      Vertx vertx,
      LeaseSettings settings,
      Consumer<String> leaders,
      Consumer<Optional<KubernetesClientException>> outcomes) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.settings = settings;
    this.leaders = leaders;
    this.lock =
        new ObservedLock(
            new LeaseLock(settings.namespace(), settings.name(), settings.identity()), outcomes);
  }

  void start(Supplier<Config> config) {
    executor.execute(
        () -> {
          try {
            elect(connect(config.get()));
          } catch (RuntimeException e) {
            log.error("event=election-failed reason=\"{}\"", e.toString());
            context.runOnContext(v -> lose());
          }
        });
  }

  /** Requests that end in time: by themselves they would be repeated for half a minute. */
  private KubernetesClient connect(Config config) {
    Duration limit = settings.renewDeadline().dividedBy(2);
    int millis = Math.toIntExact(Math.min(limit.toMillis(), LONGEST_REQUEST.toMillis()));
    KubernetesClient opened =
        new KubernetesClientBuilder()
            .withHttpClientFactory(new Vertx5HttpClientFactory(vertx))
            .withConfig(
                new ConfigBuilder(config)
                    .withConnectionTimeout(millis)
                    .withRequestTimeout(millis)
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
    client = Optional.of(opened);
    return opened;
  }

  private void elect(KubernetesClient through) {
    election =
        Optional.of(
            new LeaderElectorBuilder(through, executor)
                .withConfig(
                    new LeaderElectionConfigBuilder()
                        .withName(settings.name())
                        .withLock(lock)
                        .withLeaseDuration(settings.leaseDuration())
                        .withRenewDeadline(settings.renewDeadline())
                        .withRetryPeriod(settings.retryPeriod())
                        .withReleaseOnCancel(true)
                        .withLeaderCallbacks(
                            new LeaderCallbacks(
                                () -> context.runOnContext(v -> win()),
                                () -> context.runOnContext(v -> lose()),
                                identity -> leaders.accept(identity == null ? "" : identity)))
                        .build())
                .build()
                .start());
  }

  @Override
  public Future<Void> won() {
    return won.future();
  }

  @Override
  public Future<Void> lost() {
    return lost.future();
  }

  @Override
  public Future<Void> withdraw() {
    if (withdrawal.isEmpty()) {
      Promise<Void> done = Promise.promise();
      withdrawal = Optional.of(done.future());
      long timer = vertx.setTimer(LONGEST_END.toMillis(), id -> done.tryComplete());
      executor.execute(
          () -> {
            end();
            context.runOnContext(v -> done.tryComplete());
          });
      done.future().onComplete(ended -> vertx.cancelTimer(timer));
    }
    return withdrawal.get();
  }

  /** Gives the Lease back, if we hold it. */
  private void end() {
    try {
      election.ifPresent(running -> running.cancel(true));
    } catch (RuntimeException e) {
      log.warn("event=lease-not-given-back reason=\"{}\"", e.toString());
    }
    client.ifPresent(KubernetesClient::close);
    executor.shutdown();
  }

  private void win() {
    if (withdrawal.isEmpty() && won.tryComplete()) {
      watch();
    }
  }

  private void lose() {
    if (withdrawal.isEmpty()) {
      lost.tryComplete();
    }
  }

  private void watch() {
    long age = System.nanoTime() - lock.renewedNanoTime();
    long left = settings.renewDeadline().toNanos() - age;
    if (withdrawal.isPresent() || lost.future().isComplete()) {
      return;
    }
    if (left <= 0) {
      log.error(
          "event=lease-not-renewed lease={}/{} millis={}",
          settings.namespace(),
          settings.name(),
          Duration.ofNanos(age).toMillis());
      lose();
    } else {
      vertx.setTimer(Duration.ofNanos(left).toMillis() + 1, id -> watch());
    }
  }
}
