package dev.sluice.events.report;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * All that shaped a node's program besides the log and the node's own objects, from a revision on.
 *
 * @param fromRevision the first revision that the kernel has had by these settings
 * @param fromTime since when, by the node's clock, in milliseconds
 * @param mode the mode that forwards, as {@code --proxy-mode} spells it
 * @param format as {@link AppliedProgram#format}
 * @param options long options of {@code sluice plan} with their values, those whose value is empty
 *     left out; flags and what the node has found out about itself
 */
public record NodeSettings(
    String node,
    String clusterId,
    long epoch,
    long fromRevision,
    Instant fromTime,
    String mode,
    int format,
    Map<String, String> options) {
  private static final Comparator<NodeSettings> BY_TIME =
      Comparator.comparing(NodeSettings::fromTime).thenComparingLong(NodeSettings::fromRevision);

  public NodeSettings {
    if (node.isEmpty() || node.indexOf('/') >= 0 || clusterId.isEmpty() || mode.isEmpty()) {
      throw new IllegalArgumentException(
          "no settings: node \"%s\", cluster \"%s\", mode \"%s\"".formatted(node, clusterId, mode));
    }
    if (epoch < 1 || fromRevision < 0 || format < 1) {
      throw new IllegalArgumentException(
          "epoch %d, revision %d, format %d".formatted(epoch, fromRevision, format));
    }
    fromTime = fromTime.truncatedTo(ChronoUnit.MILLIS);
    options = Collections.unmodifiableMap(new TreeMap<>(options));
  }

  /** The key of its record: each change of settings has one of its own, so that none is lost. */
  public String key() {
    return node + "/settings/" + fromRevision + "/" + fromTime.toEpochMilli();
  }

  /** Whether a program is shaped alike by both. */
  public boolean sameAs(NodeSettings other) {
    return node.equals(other.node)
        && clusterId.equals(other.clusterId)
        && mode.equals(other.mode)
        && format == other.format
        && options.equals(other.options);
  }

  /**
   * The settings by which a node had a revision: the latest of those that began with it or before.
   *
   * @param all of one node and one cluster
   * @param time not those that began later, where it is given
   */
  public static Optional<NodeSettings> at(
      Collection<NodeSettings> all, long revision, Optional<Instant> time) {
    return all.stream()
        .filter(each -> each.fromRevision <= revision)
        .filter(each -> time.isEmpty() || !each.fromTime.isAfter(time.get()))
        .max(BY_TIME);
  }

  /**
   * The records that nobody needs any more: those that were followed by others before a time, those
   * that say what the one before says, and the oldest where there are too many.
   *
   * @param all of one node
   * @param needed from when on the settings may be asked for
   * @param most how many are kept, 1 or more
   */
  static Set<String> superfluous(Collection<NodeSettings> all, Instant needed, int most) {
    List<NodeSettings> inOrder = all.stream().sorted(BY_TIME).toList();
    Set<String> superfluous = new HashSet<>();
    for (int i = 0; i < inOrder.size(); i++) {
      boolean replaced = i + 1 < inOrder.size() && inOrder.get(i + 1).fromTime.isBefore(needed);
      boolean repeated = i > 0 && inOrder.get(i).sameAs(inOrder.get(i - 1));
      boolean tooMany = i < inOrder.size() - most;
      if (replaced || repeated || tooMany) {
        superfluous.add(inOrder.get(i).key());
      }
    }
    return superfluous;
  }
}
