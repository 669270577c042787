package dev.sluice.applier.checkpoint;

import dev.sluice.applier.checkpoint.Checkpoint.About;
import dev.sluice.events.log.LogFacts;
import java.time.Duration;
import java.time.Instant;

/** What a checkpoint is good for, as far as is known. Pure. */
public sealed interface CheckpointUse {
  /** The log is read on from its offset. */
  record Resume() implements CheckpointUse {}

  /** It is of the past of this log, which is read from its beginning all the same. */
  record Replay(Refusal refusal, String why) implements CheckpointUse {}

  /** It is of another log, and says nothing about this one. */
  record Foreign(Refusal refusal, String why) implements CheckpointUse {}

  /**
   * Checks that a checkpoint is this node's, which can be known without Kafka.
   *
   * @param topic the state topic that the node follows
   * @throws CheckpointRefusedException if it is not
   */
  static void checkOwn(About about, String node, String topic) throws CheckpointRefusedException {
    if (!about.node().equals(node)) {
      throw new CheckpointRefusedException(Refusal.NODE, "it is of node " + about.node());
    } else if (!about.topic().equals(topic)) {
      throw new CheckpointRefusedException(Refusal.CLUSTER, "it is of topic " + about.topic());
    }
  }

  /**
   * What an own checkpoint is good for, by what Kafka says.
   *
   * @param program the version of Sluice that is to use it
   */
  static CheckpointUse of(About about, LogFacts log, String program, Instant now) {
    if (!about.log().kafkaCluster().equals(log.identity().kafkaCluster())) {
      return new Foreign(
          Refusal.LOG,
          "it is of Kafka cluster %s, and this is %s"
              .formatted(about.log().kafkaCluster(), log.identity().kafkaCluster()));
    } else if (!about.log().topicId().equals(log.identity().topicId())) {
      return new Foreign(
          Refusal.LOG,
          "topic %s was created anew since: its id was %s, and is %s"
              .formatted(about.topic(), about.log().topicId(), log.identity().topicId()));
    } else if (!about.program().equals(program)) {
      return new Replay(
          Refusal.VERSION,
          "version %s wrote it, and this is %s".formatted(about.program(), program));
    }
    return byAge(about.caughtUp(), log, now);
  }

  private static CheckpointUse byAge(Instant caughtUp, LogFacts log, Instant now) {
    if (caughtUp.isAfter(now)) {
      return new Replay(Refusal.OLD, "it is of %s, which is in the future".formatted(caughtUp));
    } else if (log.deletionsKept().isEmpty()) {
      return new Replay(
          Refusal.OLD,
          "how long the log keeps deletions is not known: reading delete.retention.ms takes the"
              + " operation DescribeConfigs on the topic");
    }
    Duration limit = longestAbsence(log);
    return Duration.between(caughtUp, now).compareTo(limit) < 0
        ? new Resume()
        : new Replay(
            Refusal.OLD,
            "it is of %s, and deletions of more than %s ago may be forgotten"
                .formatted(caughtUp, limit));
  }

  /**
   * How long a reader may have been away from the log's end and still read on: so much less than
   * deletions are kept that it can read what it missed; ten minutes where that is not known, which
   * is how long the topics that Sluice creates leave everything.
   */
  static Duration longestAbsence(LogFacts log) {
    return log.deletionsKept()
        .map(kept -> kept.minus(min(kept.dividedBy(10), Duration.ofHours(1))))
        .orElse(Duration.ofMinutes(10));
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
