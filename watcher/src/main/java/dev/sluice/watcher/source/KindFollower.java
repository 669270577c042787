package dev.sluice.watcher.source;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.AnyNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.internal.AbstractWatchManager;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists all objects of one kind and watches them. The client sees to it that a watch that is
 * dropped continues where it was; where that can't be, everything is listed anew.
 *
 * <p>Not an informer: that one tells what a list brings as if a watch had seen it happen, and asks
 * for ever for a watch that is refused because it comes too late.
 *
 * <p>Owned by a context, on which its listener is called; requests run on worker threads.
 */
final class KindFollower {
  private static final Logger log = LoggerFactory.getLogger(KindFollower.class);
  private static final long PAGE = 500;
  private static final Duration FIRST_DELAY = Duration.ofMillis(200);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(5);

  /** Checks without a connection after which that is a problem, and after which it is given up. */
  private static final int CHECKS_TO_PROBLEM = 2;

  private static final int CHECKS_TO_GIVE_UP = 5;

  private final Vertx vertx;
  private final Context context;
  private final KubernetesClient client;
  private final WatchedKind kind;
  private final Listener listener;
  private Optional<Watch> watch = Optional.empty();
  private Duration delay = FIRST_DELAY;
  private int round;
  private int disconnected;
  private boolean closed;

  /** What it tells. */
  interface Listener {
    /** All objects there are, as of a version. */
    void listed(WatchedKind kind, List<ApiObservation> objects, String resourceVersion);

    /** A watch saw an object created or changed. */
    void seen(WatchedKind kind, ApiObservation object);

    /** A watch saw an object deleted. */
    void gone(WatchedKind kind, ApiObservation object);

    /** A request failed; it is tried again. */
    void failed(WatchedKind kind, Throwable reason);

    /** The watch is connected again, or has not been for some seconds. */
    void connected(WatchedKind kind, boolean now);
  }

  private record Listing(List<ApiObservation> objects, String resourceVersion) {}

  /** To be made on the context that will own it. */
  KindFollower(Vertx vertx, KubernetesClient client, WatchedKind kind, Listener listener) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.client = client;
    this.kind = kind;
    this.listener = listener;
  }

  /** Lists, and follows from there. What was followed so far is not told any more. */
  void list() {
    int mine = ++round;
    stopWatching();
    context
        .executeBlocking(this::all, false)
        .onSuccess(
            listing -> {
              if (isCurrent(mine)) {
                listener.listed(kind, listing.objects(), listing.resourceVersion());
                follow(mine, listing.resourceVersion());
              }
            })
        .onFailure(e -> retry(mine, e));
  }

  /** To be called once a second: notices a watch that does not come back. */
  void check() {
    if (watch.isEmpty()) {
      return; // being listed
    }
    boolean watching = watch.get() instanceof AbstractWatchManager<?> m && m.isWatching();
    int before = disconnected;
    disconnected = watching ? 0 : before + 1;
    if (watching && before >= CHECKS_TO_PROBLEM) {
      listener.connected(kind, true);
    } else if (disconnected == CHECKS_TO_PROBLEM) {
      listener.connected(kind, false);
    } else if (disconnected % CHECKS_TO_GIVE_UP == 0 && !watching) {
      log.warn("event=watch-given-up kind={}", kind.plural());
      list();
    }
  }

  /** Tells nothing from now on. The client is to be closed by whoever opened it. */
  void close() {
    closed = true;
    stopWatching();
  }

  private Listing all() {
    List<ApiObservation> objects = new ArrayList<>();
    String next = "";
    GenericKubernetesResourceList page;
    do {
      // with a limit and no resourceVersion: answered from etcd, not from a cache that may lag
      ListOptionsBuilder options = new ListOptionsBuilder().withLimit(PAGE);
      page = resources().list((next.isEmpty() ? options : options.withContinue(next)).build());
      for (GenericKubernetesResource object : page.getItems()) {
        objects.add(ApiObservation.of(kind, object));
      }
      next = Optional.ofNullable(page.getMetadata().getContinue()).orElse("");
    } while (!next.isEmpty());
    return new Listing(
        objects, Optional.ofNullable(page.getMetadata().getResourceVersion()).orElse(""));
  }

  private void follow(int mine, String resourceVersion) {
    ListOptions options = new ListOptionsBuilder().withResourceVersion(resourceVersion).build();
    context
        .executeBlocking(() -> resources().watch(options, new Events(mine)), false)
        .onSuccess(
            started -> {
              if (isCurrent(mine)) {
                delay = FIRST_DELAY;
                watch = Optional.of(started);
              } else {
                stop(started);
              }
            })
        .onFailure(e -> retry(mine, e));
  }

  private void retry(int mine, Throwable reason) {
    if (!isCurrent(mine)) {
      return;
    }
    listener.failed(kind, reason);
    vertx.setTimer(
        delay.toMillis(),
        id -> {
          if (isCurrent(mine)) {
            list();
          }
        });
    Duration doubled = delay.multipliedBy(2);
    delay = doubled.compareTo(LONGEST_DELAY) < 0 ? doubled : LONGEST_DELAY;
  }

  private void stopWatching() {
    watch.ifPresent(this::stop);
    watch = Optional.empty();
  }

  private void stop(Watch old) {
    context
        .executeBlocking(
            () -> {
              old.close();
              return old;
            },
            false)
        .onFailure(e -> log.warn("event=watch-not-closed reason=\"{}\"", e.toString()));
  }

  private boolean isCurrent(int asked) {
    return !closed && asked == round;
  }

  private AnyNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      resources() {
    return client.genericKubernetesResources(kind.context()).inAnyNamespace();
  }

  /** Called by the client's threads, one call at a time and in the order of the API's events. */
  private final class Events implements Watcher<GenericKubernetesResource> {
    private final int mine;

    Events(int mine) {
      this.mine = mine;
    }

    @Override
    public void eventReceived(Action action, GenericKubernetesResource object) {
      switch (action) {
        case ADDED, MODIFIED -> {
          ApiObservation observation = ApiObservation.of(kind, object);
          onContext(() -> listener.seen(kind, observation));
        }
        case DELETED -> {
          ApiObservation observation = ApiObservation.of(kind, object);
          onContext(() -> listener.gone(kind, observation));
        }
        case BOOKMARK, ERROR -> {} // the client has taken note
      }
    }

    @Override
    public boolean reconnecting() {
      return true;
    }

    @Override
    public void onClose(WatcherException cause) {
      if (cause.isHttpGone()) {
        onContext(KindFollower.this::list);
      } else {
        onContext(() -> retry(mine, cause));
      }
    }

    private void onContext(Runnable action) {
      context.runOnContext(
          v -> {
            if (isCurrent(mine)) {
              action.run();
            }
          });
    }
  }
}
