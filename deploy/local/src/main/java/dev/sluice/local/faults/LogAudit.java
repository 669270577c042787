package dev.sluice.local.faults;

import dev.sluice.events.event.Change;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.ObjectKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Whether all that was published is on the log, once each, and nothing else. For one thread. */
final class LogAudit {
  private final Map<ObjectKey, ClusterObject> folded = new HashMap<>();
  private long last;
  private long wrong;

  private LogAudit() {}

  /**
   * Reads the whole log.
   *
   * @return how many changes are missing, doubled or out of their order in the history, and objects
   *     that history or state have otherwise
   */
  static long lost(FaultLog log, ChurnCluster cluster) throws FaultLog.CallFailedException {
    LogAudit audit = new LogAudit();
    log.history(audit::next);
    ClusterImage image = log.image();
    Map<ObjectKey, ClusterObject> state = new HashMap<>();
    image.keys().forEach(key -> state.put(key, image.get(key).orElseThrow()));
    Map<ObjectKey, ClusterObject> published = cluster.objects();
    return audit.wrong
        + Math.abs(log.revision() - audit.last)
        + different(published, audit.folded)
        + different(published, state);
  }

  private void next(Change change) {
    long number = change.revision().number();
    boolean follows =
        number == last + 1 && change.before().equals(Optional.ofNullable(folded.get(change.key())));
    wrong += follows ? 0 : Math.max(1, Math.abs(number - last - 1));
    last = number;
    change
        .after()
        .ifPresentOrElse(
            object -> folded.put(change.key(), object), () -> folded.remove(change.key()));
  }

  private static long different(
      Map<ObjectKey, ClusterObject> one, Map<ObjectKey, ClusterObject> other) {
    TreeSet<ObjectKey> keys = new TreeSet<>(one.keySet());
    keys.addAll(other.keySet());
    return keys.stream()
        .filter(
            key -> !Optional.ofNullable(one.get(key)).equals(Optional.ofNullable(other.get(key))))
        .count();
  }
}
