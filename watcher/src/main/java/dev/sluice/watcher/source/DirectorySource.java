package dev.sluice.watcher.source;

import dev.sluice.events.event.Cause;
import dev.sluice.events.manifest.ManifestFolder;
import dev.sluice.events.manifest.ManifestFolder.Scan;
import dev.sluice.watcher.source.SourceEvent.Problem;
import dev.sluice.watcher.source.SourceEvent.ProblemSolved;
import dev.sluice.watcher.source.SourceEvent.Snapshot;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of manifests. Every change of it leads to a snapshot; a file or a folder that can't be
 * read is a problem and keeps its last good state. Files are read on a thread of its own.
 */
public final class DirectorySource implements ClusterSource {
  // A watch can lose events and can't see into network file systems: look now and then.
  private static final Duration RESCAN = Duration.ofSeconds(5);
  private static final Duration RETRY = Duration.ofSeconds(1);
  // A file that is being replaced is gone for a moment, and a half written one is short.
  private static final Duration DOUBT = Duration.ofMillis(50);
  private static final int DOUBTS = 6;

  private static final Logger log = LoggerFactory.getLogger(DirectorySource.class);

  private final Vertx vertx;
  private final Path root;
  private final String clusterId;
  private final ManifestFolder folder;
  private final Promise<Void> ended = Promise.promise();

  // written on the context only
  private @Nullable Thread thread;
  private volatile boolean closed;

  // owned by the thread
  private Map<String, String> problems = Map.of();
  private Map<String, String> unwatched = Map.of();
  private Optional<Scan> last = Optional.empty();

  // owned by the context
  private Optional<Snapshot> reported = Optional.empty();
  private Consumer<SourceEvent> listener = event -> {};

  /**
   * @param root need not exist yet
   * @param clusterId what this folder stands for
   */
  public DirectorySource(Vertx vertx, Path root, String clusterId) {
    this.vertx = vertx;
    this.root = root;
    this.clusterId = clusterId;
    this.folder = new ManifestFolder(root, Clock.systemUTC());
  }

  @Override
  public Future<String> clusterId() {
    return Future.succeededFuture(clusterId);
  }

  @Override
  public void start(Consumer<SourceEvent> newListener) {
    if (thread != null) {
      throw new IllegalStateException("started already");
    }
    listener = newListener;
    Context context = vertx.getOrCreateContext();
    thread = Thread.ofPlatform().name("manifests").daemon().start(() -> run(context));
  }

  @Override
  public void requestSnapshot() {
    reported.ifPresent(
        snapshot ->
            listener.accept(
                new Snapshot(
                    snapshot.objects(), snapshot.unreadable(), snapshot.whole(), Cause.RESYNC)));
  }

  @Override
  public Future<Void> close() {
    closed = true;
    if (thread == null) {
      ended.tryComplete();
    } else {
      thread.interrupt();
    }
    return ended.future();
  }

  private void run(Context context) {
    try {
      while (!closed) {
        try (FolderWatch watch = new FolderWatch()) {
          follow(watch, context);
        } catch (IOException e) {
          unwatched = Map.of(root + " (watch)", "changes are seen late: " + reason(e));
          look(context);
          Thread.sleep(RETRY);
        }
      }
    } catch (InterruptedException e) {
      // closed
    } finally {
      context.runOnContext(v -> ended.tryComplete());
    }
  }

  private void follow(FolderWatch watch, Context context) throws IOException, InterruptedException {
    while (!closed) {
      Optional<Scan> scan = look(context);
      boolean again = scan.isPresent() && watch.watch(scan.get().directories());
      unwatched = Map.of();
      if (!again) {
        watch.await(scan.isPresent() ? RESCAN : RETRY);
      }
    }
  }

  /** Looks at the folder and reports what changed; empty if nothing can be known. */
  private Optional<Scan> look(Context context) throws InterruptedException {
    try {
      Scan scan = settled();
      report(context, joined(scan.problems(), joined(unwatched, heldBack(scan))));
      if (last.isEmpty() || !scan.sameObjects(last.get())) {
        Cause cause = last.isEmpty() ? Cause.RESYNC : Cause.OBSERVED;
        Snapshot snapshot = new Snapshot(scan.objects(), scan.unreadable(), scan.whole(), cause);
        emit(context, snapshot);
      }
      last = Optional.of(scan);
      return last;
    } catch (IOException e) {
      report(context, joined(problems, Map.of(root.toString(), reason(e))));
      return Optional.empty();
    } catch (RuntimeException e) {
      log.error("event=scan-failed folder={}", root, e);
      report(context, joined(problems, Map.of(root.toString(), "can't be read: " + e)));
      return Optional.empty();
    }
  }

  /** Deletions are looked at again for a moment; an edit isn't held up. */
  private Scan settled() throws IOException, InterruptedException {
    Scan scan = folder.scan();
    for (int i = 0; i < DOUBTS && last.isPresent() && scan.lacksSomeOf(last.get()); i++) {
      Thread.sleep(DOUBT);
      Scan again = folder.scan();
      if (again.sameObjects(scan)) {
        return again;
      }
      scan = again;
    }
    return scan;
  }

  private void report(Context context, Map<String, String> now) {
    now.forEach(
        (where, reason) -> {
          if (!reason.equals(problems.get(where))) {
            emit(context, new Problem(where, reason));
          }
        });
    for (String where : problems.keySet()) {
      if (!now.containsKey(where)) {
        emit(context, new ProblemSolved(where));
      }
    }
    problems = now;
  }

  private void emit(Context context, SourceEvent event) {
    context.runOnContext(
        v -> {
          if (closed) {
            return;
          }
          if (event instanceof Snapshot snapshot) {
            reported = Optional.of(snapshot);
          }
          listener.accept(event);
        });
  }

  private Map<String, String> heldBack(Scan scan) {
    return scan.whole()
        ? Map.of()
        : Map.of(root + " (deletions)", "are held back until every file can be read");
  }

  private static Map<String, String> joined(Map<String, String> some, Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(some);
    all.putAll(more);
    return all;
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "the folder does not exist";
      case NotDirectoryException file -> "is no folder";
      default -> "can't be read: " + e;
    };
  }
}
