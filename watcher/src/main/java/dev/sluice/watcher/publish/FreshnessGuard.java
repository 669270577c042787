package dev.sluice.watcher.publish;

import dev.sluice.events.model.ObjectKey;
import dev.sluice.watcher.source.ResourceVersions;
import dev.sluice.watcher.source.SourceEvent.Snapshot;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps a list that is older than the log off it: an API server that lags behind would bring back
 * what was deleted, and delete what is new. Pure.
 */
public final class FreshnessGuard {
  private FreshnessGuard() {}

  /** Returns why a snapshot must not be published, or empty if it may. */
  public static Optional<String> refusal(PublishedState log, Snapshot snapshot) {
    for (Map.Entry<ObjectKey.Kind, String> entry : snapshot.versions().entrySet()) {
      ObjectKey.Kind kind = entry.getKey();
      String version = entry.getValue();
      Optional<String> newer =
          log.newest(kind).filter(published -> ResourceVersions.older(version, published));
      if (newer.isPresent()) {
        return Optional.of(
            "the API server lists %ss as of version %s, and the log has version %s of one: it lags behind, or was restored from a backup (--allow-older-versions)"
                .formatted(kind.apiName(), version, newer.get()));
      }
    }
    return Optional.empty();
  }
}
