package dev.sluice.local.system;

import dev.sluice.applier.fixture.RandomCluster;
import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.Revision;
import dev.sluice.events.kubernetes.ManifestFile;
import dev.sluice.events.kubernetes.ObservedObject;
import dev.sluice.events.log.LogWriter;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.ObjectKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes manifests to a log as a watcher would, without comparing anything. */
final class Scribe {
  static final String CLUSTER_ID = "the-cluster";

  private final LogWriter writer;
  private final Map<ObjectKey, ClusterObject> published = new HashMap<>();
  private long revision;
  private boolean complete = true;
  private Optional<String> mode = Optional.empty();

  /** Takes over the log, whose topics must exist. */
  Scribe(TestLog log) throws Exception {
    writer = log.writer();
    Await.result(writer.initTransactions());
  }

  LogWriter writer() {
    return writer;
  }

  long revision() {
    return revision;
  }

  /** From now on, heads say that the log does not hold the whole cluster yet, or that it does. */
  Scribe complete(boolean value) {
    complete = value;
    return this;
  }

  /** From now on, heads say that the mode auto means this. */
  Scribe mode(String name) {
    mode = Optional.of(name);
    return this;
  }

  /** Writes all objects of the manifests in one transaction; returns the head's revision. */
  long publish(String... manifests) throws Exception {
    List<Change> changes = new ArrayList<>();
    for (ObservedObject object : objects(String.join("---\n", manifests))) {
      changes.add(
          new Change.Upserted(
              next(object.triggerTime()), before(object.object().key()), object.object()));
      published.put(object.object().key(), object.object());
    }
    return write(changes);
  }

  /** Deletes objects by keys such as {@code Service/shop/web}; returns the head's revision. */
  long delete(String... keys) throws Exception {
    List<Change> changes = new ArrayList<>();
    for (String text : keys) {
      ObjectKey key = ObjectKey.parse(text);
      changes.add(new Change.Deleted(next(Optional.empty()), before(key).orElseThrow()));
      published.remove(key);
    }
    return write(changes);
  }

  /** Writes random edits in one transaction; returns the head's revision. */
  long edit(List<RandomCluster.Edit> edits) throws Exception {
    List<Change> changes = new ArrayList<>();
    for (RandomCluster.Edit edit : edits) {
      Optional<ClusterObject> before = before(edit.key());
      if (edit.object().isPresent()) {
        changes.add(new Change.Upserted(next(Optional.empty()), before, edit.object().get()));
        published.put(edit.key(), edit.object().get());
      } else if (before.isPresent()) {
        changes.add(new Change.Deleted(next(Optional.empty()), before.get()));
        published.remove(edit.key());
      }
    }
    return write(changes);
  }

  Head head() {
    return new Head(CLUSTER_ID, 1, revision, complete, mode);
  }

  static List<ObservedObject> objects(String manifests) {
    ManifestFile file = ManifestFile.parse(manifests);
    if (!file.problems().isEmpty()) {
      throw new IllegalArgumentException(file.problems().toString());
    }
    return file.objects();
  }

  private long write(List<Change> changes) throws Exception {
    Await.result(writer.write(changes, head(), now()));
    return revision;
  }

  private Revision next(Optional<Instant> triggerTime) {
    return new Revision(++revision, 1, CLUSTER_ID, now(), Cause.OBSERVED, "", triggerTime);
  }

  private Optional<ClusterObject> before(ObjectKey key) {
    return Optional.ofNullable(published.get(key));
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }
}
