package dev.sluice.watcher.publish;

import dev.sluice.events.event.Cause;
import dev.sluice.events.kubernetes.ManifestFile;
import dev.sluice.watcher.source.ClusterSource;
import dev.sluice.watcher.source.SourceEvent;
import dev.sluice.watcher.source.SourceEvent.Snapshot;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A source that says what a test tells it to, in each of its terms. Thread-safe. */
final class ScriptedSource {
  private final Vertx vertx;
  private final MemoryLog log;
  private Snapshot cluster = snapshot("", true, Cause.RESYNC);
  private Optional<Term> current = Optional.empty();
  private String clusterId = "here";

  ScriptedSource(Vertx vertx, MemoryLog log) {
    this.vertx = vertx;
    this.log = log;
  }

  static Snapshot snapshot(String manifest, boolean whole, Cause cause) {
    return new Snapshot(ManifestFile.parse(manifest).objects(), Set.of(), whole, cause);
  }

  /** What the next snapshots say. */
  synchronized void has(Snapshot snapshot) {
    cluster = snapshot;
  }

  synchronized void isCalled(String newClusterId) {
    clusterId = newClusterId;
  }

  /** Says something, in the current term. */
  synchronized void say(SourceEvent event) {
    current.ifPresent(term -> term.emit(event));
  }

  synchronized ClusterSource open() {
    Term term = new Term();
    current = Optional.of(term);
    return term;
  }

  private synchronized Snapshot cluster() {
    return cluster;
  }

  private final class Term implements ClusterSource {
    private Consumer<SourceEvent> listener = event -> {};
    private Optional<Context> context = Optional.empty();

    void emit(SourceEvent event) {
      context.ifPresent(c -> c.runOnContext(v -> listener.accept(event)));
    }

    @Override
    public Future<String> clusterId() {
      synchronized (ScriptedSource.this) {
        return Future.succeededFuture(clusterId);
      }
    }

    @Override
    public void start(Consumer<SourceEvent> newListener) {
      log.called("list");
      synchronized (ScriptedSource.this) {
        listener = newListener;
        context = Optional.of(vertx.getOrCreateContext());
      }
      emit(cluster());
    }

    @Override
    public void requestSnapshot() {
      emit(cluster());
    }

    @Override
    public Future<Void> close() {
      listener = event -> {};
      return Future.succeededFuture();
    }
  }
}
