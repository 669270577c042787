package dev.sluice.watcher.source;

import dev.sluice.watcher.source.SourceEvent.ObjectGone;
import dev.sluice.watcher.source.SourceEvent.Problem;
import dev.sluice.watcher.source.SourceEvent.ProblemSolved;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The Kubernetes API, listed and watched by informers.
 *
 * <p>The first list is sent with a limit and no resourceVersion, which the API server answers from
 * etcd: it is never older than anything that was published before it. Dropped watches continue
 * where they were. When that is too long ago (410), the informer lists anew; what is missing then
 * was deleted and nobody knows when: it is no deletion that a watch saw, so a snapshot follows, and
 * whatever guards snapshots guards it.
 *
 * <p>Informers call from threads of the client; everything is handed to the one context.
 */
public final class KubernetesSource implements ClusterSource {
  private static final long PAGE = 500;
  private static final int RECONNECT_MILLIS = 200;
  private static final long CONNECTION_CHECK_MILLIS = 5000;

  private final Vertx vertx;
  private final KubernetesClient client;
  private final ClusterMirror mirror = new ClusterMirror();
  private final Map<WatchedKind, SharedIndexInformer<GenericKubernetesResource>> informers =
      new EnumMap<>(WatchedKind.class);
  private final Set<WatchedKind> listed = EnumSet.noneOf(WatchedKind.class);
  private final Set<WatchedKind> disconnected = EnumSet.noneOf(WatchedKind.class);
  private Optional<Consumer<SourceEvent>> listener = Optional.empty();
  private boolean closed;

  /**
   * Does not connect yet.
   *
   * @param config how to reach the API server; settings of watches are ours
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
                    .withWatchList(false)
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
    Context context = vertx.getOrCreateContext();
    for (WatchedKind kind : WatchedKind.values()) {
      informers.put(kind, informer(context, kind));
    }
    informers.values().forEach(SharedIndexInformer::start);
    vertx.setPeriodic(CONNECTION_CHECK_MILLIS, this::checkConnections);
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
    return vertx
        .<Void>executeBlocking(
            () -> {
              informers.values().forEach(SharedIndexInformer::stop);
              client.close();
              return null;
            },
            false)
        .otherwiseEmpty();
  }

  private SharedIndexInformer<GenericKubernetesResource> informer(
      Context context, WatchedKind kind) {
    SharedIndexInformer<GenericKubernetesResource> informer =
        client
            .genericKubernetesResources(kind.context())
            .inAnyNamespace()
            .withLimit(PAGE)
            .runnableInformer(0);
    return informer
        .removeNamespaceIndex()
        .itemStore(new VersionStore())
        .exceptionHandler(
            (started, error) -> {
              context.runOnContext(v -> failed(kind, error));
              return true; // without end: permissions and servers come back
            })
        .addEventHandler(new Handler(context, kind));
  }

  private void failed(WatchedKind kind, Throwable error) {
    emit(new Problem("list and watch of " + kind.plural(), error.toString()));
  }

  private void seen(WatchedKind kind, ApiObservation observation) {
    mirror.reached(kind.model(), observation.resourceVersion());
    mirror.seen(observation).forEach(this::emitChange);
  }

  private void gone(WatchedKind kind, ApiObservation observation, boolean watched) {
    mirror.reached(kind.model(), observation.resourceVersion());
    for (SourceEvent event : mirror.gone(observation)) {
      if (watched || !(event instanceof ObjectGone)) {
        emitChange(event);
      }
    }
  }

  private void listed(WatchedKind kind, String resourceVersion) {
    mirror.reached(kind.model(), resourceVersion);
    listed.add(kind);
    emit(new ProblemSolved("list and watch of " + kind.plural()));
    requestSnapshot();
  }

  private void checkConnections(long timer) {
    if (closed) {
      vertx.cancelTimer(timer);
      return;
    }
    informers.forEach(
        (kind, informer) -> {
          String where = "watch of " + kind.plural();
          boolean watching = informer.isWatching();
          if (watching && disconnected.remove(kind)) {
            emit(new ProblemSolved(where));
          } else if (!watching && disconnected.add(kind)) {
            emit(new Problem(where, "is not connected to " + client.getMasterUrl()));
          }
        });
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

  /** Runs on the client's threads, one call at a time and in the order of the API's events. */
  private final class Handler implements ResourceEventHandler<GenericKubernetesResource> {
    private final Context context;
    private final WatchedKind kind;

    Handler(Context context, WatchedKind kind) {
      this.context = context;
      this.kind = kind;
    }

    @Override
    public void onAdd(GenericKubernetesResource object) {
      ApiObservation observation = ApiObservation.of(kind, object);
      context.runOnContext(v -> seen(kind, observation));
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource object) {
      onAdd(object);
    }

    @Override
    public void onDelete(GenericKubernetesResource object, boolean finalStateUnknown) {
      ApiObservation observation = ApiObservation.of(kind, object);
      context.runOnContext(v -> gone(kind, observation, !finalStateUnknown));
    }

    @Override
    public void onList(String resourceVersion, boolean remainedEmpty) {
      context.runOnContext(v -> listed(kind, resourceVersion));
    }
  }
}
