package dev.sluice.events.log;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Names and settings of a cluster's topics. Each has one partition, so that there is one total
 * order.
 *
 * @param cluster what the names begin with; letters, digits, '.', '_' and '-'
 */
public record Topics(String cluster) {
  /** The prefix where none is given. */
  public static final String DEFAULT_CLUSTER = "sluice";

  /**
   * The most bytes that a record may have: a change of an object as large as the API server takes
   * (3 MiB), with the object before and after it.
   */
  static final int LARGEST_RECORD = 8 << 20;

  private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9._-]{1,200}");

  /**
   * A topic as it should be.
   *
   * @param cleanupPolicy {@code compact} or {@code delete}
   * @param settings topic settings by Kafka's names, the policy included
   */
  public record Definition(String name, String cleanupPolicy, Map<String, String> settings) {
    public Definition {
      settings = Map.copyOf(settings);
    }
  }

  /**
   * @throws IllegalArgumentException if no topic can be named so
   */
  public Topics {
    if (!LEGAL.matcher(cluster).matches()) {
      throw new IllegalArgumentException(
          "\"" + cluster + "\" can't begin a topic's name: letters, digits, '.', '_', '-' can");
    }
  }

  /** The objects as they are now, and the head; compacted. */
  public String state() {
    return cluster + ".state";
  }

  /** Every change, with the object before and after it; kept for 30 days. */
  public String history() {
    return cluster + ".history";
  }

  /** What every node has applied, and by what settings; compacted. */
  public String nodes() {
    return cluster + ".nodes";
  }

  /**
   * All topics with their settings.
   *
   * @param replication how many brokers hold each, 1 or more
   */
  public List<Definition> definitions(short replication) {
    return List.of(
        definition(state(), "compact", compacted(), replication),
        definition(
            history(), "delete", Map.of("retention.ms", millis(Duration.ofDays(30))), replication),
        definition(nodes(), "compact", reports(), replication));
  }

  /** Every node writes to it every few seconds, and only the last of each is of interest. */
  private static Map<String, String> reports() {
    Map<String, String> settings = new TreeMap<>(compacted());
    settings.put("segment.bytes", Integer.toString(16 << 20));
    settings.put("segment.ms", millis(Duration.ofMinutes(10)));
    // how old a report is, is told by one clock
    settings.put("message.timestamp.type", "LogAppendTime");
    return settings;
  }

  private static Map<String, String> compacted() {
    return Map.of(
        // only closed segments are compacted: small ones, closed often, bound a start-up
        "segment.bytes", Integer.toString(64 << 20),
        "segment.ms", millis(Duration.ofHours(1)),
        "min.cleanable.dirty.ratio", "0.2",
        // longer than any start-up, so that a reader sees every deletion that follows its start
        "min.compaction.lag.ms", millis(Duration.ofMinutes(10)),
        "delete.retention.ms", millis(Duration.ofHours(24)));
  }

  private static Definition definition(
      String name, String policy, Map<String, String> specific, short replication) {
    Map<String, String> settings = new TreeMap<>(specific);
    settings.put("cleanup.policy", policy);
    settings.put("compression.type", "zstd");
    settings.put("max.message.bytes", Integer.toString(LARGEST_RECORD));
    settings.put("min.insync.replicas", replication >= 3 ? "2" : "1");
    settings.put("unclean.leader.election.enable", "false");
    // event time never runs backwards: after a leader whose clock was ahead it is in the future
    settings.put("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
    return new Definition(name, policy, settings);
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }
}
