package dev.sluice.watcher.source;

import dev.sluice.watcher.source.SourceEvent.Problem;
import dev.sluice.watcher.source.SourceEvent.ProblemSolved;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The Kubernetes API, listed and watched.
 *
 * <p>Lists are sent with a limit and no resourceVersion, which the API server answers from etcd:
 * they are never older than anything that was published before them. Dropped watches continue where
 * they were. When that is too long ago (410), or they do not come back within five seconds, the
 * kind is listed anew; what differs then changed and nobody knows when: it is nothing that a watch
 * saw, so a snapshot follows, and whatever guards snapshots guards it.
 */
public final class KubernetesSource implements ClusterSource {
  private static final int RECONNECT_MILLIS = 200;
  private static final long CHECK_MILLIS = 1000;

  private final Vertx vertx;
  private final KubernetesClient client;
  private final ClusterMirror mirror = new ClusterMirror();
  private final List<KindFollower> followers = new ArrayList<>();
  private final Set<WatchedKind> listed = EnumSet.noneOf(WatchedKind.class);
  private Optional<Consumer<SourceEvent>> listener = Optional.empty();
  private boolean closed;

  /**
   * Does not connect yet.
   *
   * @param config how to reach the API server; settings of watches and repeated requests are ours
   */
  public KubernetesSource(Vertx vertx, Config config) {
    this.vertx = vertx;
    client =
        new KubernetesClientBuilder()
            .withHttpClientFactory(new ApiHttpClientFactory(vertx))
            .withConfig(
                new ConfigBuilder(config)
                    .withWatchReconnectInterval(RECONNECT_MILLIS)
                    .withWatchReconnectLimit(-1)
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
  }

  /** The UID of namespace kube-system, which lives as long as its cluster. */
  @Override
  public Future<String> clusterId() {
    return vertx.executeBlocking(
        () -> {
          Namespace namespace = client.namespaces().withName("kube-system").get();
          if (namespace == null) {
            throw new IllegalStateException(
                "namespace kube-system does not exist at " + client.getMasterUrl());
          }
          return namespace.getMetadata().getUid();
        },
        false);
  }

  @Override
  public void start(Consumer<SourceEvent> newListener) {
    if (listener.isPresent()) {
      throw new IllegalStateException("started already");
    }
    listener = Optional.of(newListener);
    for (WatchedKind kind : WatchedKind.values()) {
      followers.add(new KindFollower(vertx, client, kind, new Following()));
    }
    followers.forEach(KindFollower::list);
    vertx.setPeriodic(CHECK_MILLIS, this::check);
  }

  @Override
  public void requestSnapshot() {
    if (allListed()) {
      emit(mirror.snapshot());
    }
  }

  @Override
  public Future<Void> close() {
    closed = true;
    followers.forEach(KindFollower::close);
    return vertx
        .<Void>executeBlocking(
            () -> {
              client.close();
              return null;
            },
            false)
        .otherwiseEmpty();
  }

  private void check(long timer) {
    if (closed) {
      vertx.cancelTimer(timer);
    } else {
      followers.forEach(KindFollower::check);
    }
  }

  private boolean allListed() {
    return listed.size() == WatchedKind.values().length;
  }

  private void emitChange(SourceEvent event) {
    // before everything is listed, changes are part of the first snapshot
    if (allListed() || event instanceof Problem || event instanceof ProblemSolved) {
      emit(event);
    }
  }

  private void emit(SourceEvent event) {
    if (!closed) {
      listener.ifPresent(to -> to.accept(event));
    }
  }

  private final class Following implements KindFollower.Listener {
    @Override
    public void listed(WatchedKind kind, List<ApiObservation> objects, String resourceVersion) {
      mirror.reached(kind.model(), resourceVersion);
      mirror.listed(kind.model(), objects).forEach(KubernetesSource.this::emit);
      listed.add(kind);
      emit(new ProblemSolved(listOf(kind)));
      requestSnapshot();
    }

    @Override
    public void seen(WatchedKind kind, ApiObservation object) {
      mirror.reached(kind.model(), object.resourceVersion());
      mirror.seen(object).forEach(KubernetesSource.this::emitChange);
    }

    @Override
    public void gone(WatchedKind kind, ApiObservation object) {
      mirror.reached(kind.model(), object.resourceVersion());
      mirror.gone(object).forEach(KubernetesSource.this::emitChange);
    }

    @Override
    public void failed(WatchedKind kind, Throwable reason) {
      emit(new Problem(listOf(kind), reason.toString()));
    }

    @Override
    public void connected(WatchedKind kind, boolean now) {
      String where = "watch of " + kind.plural();
      emit(
          now
              ? new ProblemSolved(where)
              : new Problem(where, "is not connected to " + client.getMasterUrl()));
    }

    private static String listOf(WatchedKind kind) {
      return "list and watch of " + kind.plural();
    }
  }
}
