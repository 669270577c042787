package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.Revision;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.kubernetes.ObjectMapping;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.local.apiserver.ApiResource;
import dev.sluice.local.apiserver.FakeCluster;
import dev.sluice.local.system.ClusterScript.Made;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Whether a log tells the truth, the whole truth and nothing but the truth of a fake cluster. */
final class LogCheck {
  private final List<Change> history;
  private final ClusterImage state;

  private LogCheck(List<Change> history, ClusterImage state) {
    this.history = history;
    this.state = state;
  }

  /** What is in the cluster, as a proxy reads it. */
  static Map<ObjectKey, ClusterObject> objects(FakeCluster cluster) {
    Map<ObjectKey, ClusterObject> objects = new HashMap<>();
    for (ApiResource resource : ApiResource.values()) {
      for (JsonObject object : cluster.list(resource).values()) {
        // encoded and decoded, so that what is inside is maps and lists
        ClusterObject mapped =
            ObjectMapping.map(new JsonObject(object.encode()).getMap()).orElseThrow().object();
        objects.put(mapped.key(), mapped);
      }
    }
    return objects;
  }

  /** What an image holds. */
  static Map<ObjectKey, ClusterObject> objects(ClusterImage image) {
    Map<ObjectKey, ClusterObject> objects = new HashMap<>();
    image.keys().forEach(key -> objects.put(key, image.get(key).orElseThrow()));
    return objects;
  }

  /**
   * Checks a log that nobody writes to.
   *
   * @param made everything that happened in the cluster since it was published first
   */
  static void check(TestLog log, FakeCluster cluster, List<Made> made) throws Exception {
    TestLog.Read<Change> read = log.history();
    assertThat(read.undecodable()).isEmpty();
    LogCheck check = new LogCheck(read.entries(), log.image());
    Map<ObjectKey, ClusterObject> folded = check.fold();
    assertThat(folded).as("history folded, against state").isEqualTo(objects(check.state));
    assertThat(folded).as("the log, against the cluster").isEqualTo(objects(cluster));
    check.checkNothingLost(made);
  }

  /** Each change follows the one before it, of its key and of all. */
  private Map<ObjectKey, ClusterObject> fold() {
    Map<ObjectKey, ClusterObject> folded = new HashMap<>();
    Map<ObjectKey, Integer> versions = new HashMap<>();
    long number = 0;
    long epoch = 1;
    Instant time = Instant.EPOCH;
    for (Change change : history) {
      Revision revision = change.revision();
      String what = "revision " + revision.number() + " of " + change.key();
      assertThat(revision.number()).as("after revision " + number).isEqualTo(++number);
      assertThat(revision.epoch()).as(what + ": epoch").isGreaterThanOrEqualTo(epoch);
      assertThat(revision.time()).as(what + ": time").isAfterOrEqualTo(time);
      assertThat(change.before())
          .as(what + ": what was before")
          .isEqualTo(Optional.ofNullable(folded.get(change.key())));
      assertThat(change.after()).as(what + " changes nothing").isNotEqualTo(change.before());
      int version = version(change);
      assertThat(version)
          .as(what + " goes back in the cluster's time")
          .isGreaterThan(versions.getOrDefault(change.key(), 0));
      versions.put(change.key(), version);
      epoch = revision.epoch();
      time = revision.time();
      change
          .after()
          .ifPresentOrElse(
              object -> folded.put(change.key(), object), () -> folded.remove(change.key()));
    }
    Head head = state.head().orElseThrow();
    assertThat(head.complete()).isTrue();
    assertThat(head.revision()).isEqualTo(number);
    assertThat(head.epoch()).isGreaterThanOrEqualTo(epoch);
    return folded;
  }

  /**
   * Every single version is on the log, unless a take-over or a new list lies where it should be,
   * which only see what it led to.
   */
  private void checkNothingLost(List<Made> made) {
    Set<Made> published = new HashSet<>();
    Map<ObjectKey.Kind, NavigableMap<Integer, Integer>> observed =
        new EnumMap<>(ObjectKey.Kind.class);
    for (int i = 0; i < history.size(); i++) {
      Change change = history.get(i);
      published.add(new Made(change.key(), version(change)));
      if (change.revision().cause() == Cause.OBSERVED) {
        observed
            .computeIfAbsent(change.key().kind(), kind -> new TreeMap<>())
            .put(version(change), i);
      }
    }
    for (Made each : made) {
      if (!published.contains(each)) {
        assertThat(isBridged(each, observed.getOrDefault(each.key().kind(), new TreeMap<>())))
            .as(each + " is not on the log, and nothing says that it was passed over")
            .isTrue();
      }
    }
  }

  private boolean isBridged(Made missing, NavigableMap<Integer, Integer> observed) {
    Map.Entry<Integer, Integer> before = observed.lowerEntry(missing.version());
    Map.Entry<Integer, Integer> after = observed.higherEntry(missing.version());
    int from = before == null ? 0 : before.getValue();
    int to = after == null ? history.size() : after.getValue();
    long lastEpoch =
        after == null
            ? state.head().orElseThrow().epoch()
            : history.get(after.getValue()).revision().epoch();
    return history.get(from).revision().epoch() != lastEpoch
        || history.subList(from, to).stream()
            .anyMatch(change -> change.revision().cause() == Cause.RESYNC);
  }

  private static int version(Change change) {
    return Integer.parseInt(change.revision().resourceVersion());
  }
}
