package dev.sluice.watcher.publish;

import dev.sluice.events.event.Head;
import dev.sluice.watcher.source.ClusterSource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The start of a term, in the only order that is safe: fence the others, read the log to its end,
 * and only then list the cluster. Otherwise the list could be older than the log.
 */
final class Takeover {
  private static final Logger log = LoggerFactory.getLogger(Takeover.class);

  private final Vertx vertx;
  private final ChangeLog changeLog;
  private final ClusterSource source;
  private final Publishing publishing;

  Takeover(Vertx vertx, ChangeLog changeLog, ClusterSource source, Publishing publishing) {
    this.vertx = vertx;
    this.changeLog = changeLog;
    this.source = source;
    this.publishing = publishing;
  }

  /** Takes over; the publisher has not been started. */
  Future<Publisher> run() {
    return changeLog.prepare().compose(prepared -> source.clusterId()).compose(this::takeOver);
  }

  private Future<Publisher> takeOver(String clusterId) {
    // A watcher of the wrong cluster must not end the term of the right one: look before fencing.
    return readChecked(clusterId)
        .compose(looked -> changeLog.takeOver())
        .compose(fenced -> readChecked(clusterId))
        .map(published -> publisher(clusterId, published));
  }

  private Future<PublishedState> readChecked(String clusterId) {
    return changeLog
        .read()
        .compose(
            published ->
                ClusterGuard.refusal(published.head(), clusterId)
                    .map(TakeoverException::new)
                    .<Future<PublishedState>>map(Future::failedFuture)
                    .orElseGet(() -> Future.succeededFuture(published)));
  }

  private Publisher publisher(String clusterId, PublishedState published) {
    Optional<Head> head = published.head();
    RevisionSequence sequence =
        new RevisionSequence(clusterId, head.map(Head::epoch).orElse(0L) + 1);
    log.info(
        "event=taken-over cluster={} epoch={} revision={} objects={} complete={}",
        clusterId,
        sequence.epoch(),
        published.image().revision(),
        published.image().keys().size(),
        published.image().complete());
    PublishedState known = publishing.olderVersions() ? published.withoutVersions() : published;
    return new Publisher(vertx, changeLog, source, sequence, known, publishing);
  }
}
