package dev.sluice.applier.checkpoint;

import static dev.sluice.applier.checkpoint.Checkpoints.LOG;
import static dev.sluice.applier.checkpoint.Checkpoints.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.applier.checkpoint.Checkpoint.About;
import dev.sluice.applier.checkpoint.CheckpointUse.Foreign;
import dev.sluice.applier.checkpoint.CheckpointUse.Replay;
import dev.sluice.applier.checkpoint.CheckpointUse.Resume;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.log.LogFacts;
import dev.sluice.events.log.LogFacts.LogIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CheckpointUseTest {
  private static final Duration DAY = Duration.ofDays(1);

  private final About about = Checkpoints.of(ClusterImage.EMPTY, 12).about();

  private CheckpointUse by(LogFacts log, Instant now) {
    return CheckpointUse.of(about, log, "1.0", now);
  }

  private static LogFacts log(LogIdentity identity) {
    return new LogFacts(identity, Optional.of(DAY));
  }

  @Test
  void aYoungOneOfTheSameLogIsResumed() {
    assertThat(by(log(LOG), NOON)).isEqualTo(new Resume());
    assertThat(by(log(LOG), NOON.plus(DAY).minus(Duration.ofMinutes(61)))).isEqualTo(new Resume());
  }

  @Test
  void beforeDeletionsAreForgottenItIsTooOld() {
    assertReplay(by(log(LOG), NOON.plus(DAY).minus(Duration.ofMinutes(60))), Refusal.OLD, "PT23H");
    assertReplay(
        by(new LogFacts(LOG, Optional.of(Duration.ofSeconds(10))), NOON.plusSeconds(9)),
        Refusal.OLD,
        "PT9S");
  }

  @Test
  void aClockThatWasPutBackMakesItTooOld() {
    assertReplay(by(log(LOG), NOON.minusSeconds(1)), Refusal.OLD, "in the future");
  }

  @Test
  void whereItIsNotKnownHowLongDeletionsStayItIsNotResumed() {
    assertReplay(by(new LogFacts(LOG, Optional.empty()), NOON), Refusal.OLD, "DescribeConfigs");
  }

  @Test
  void anotherVersionOfSluiceReadsAllAnew() {
    assertReplay(
        CheckpointUse.of(about, log(LOG), "1.1", NOON), Refusal.VERSION, "version 1.0 wrote it");
  }

  @Test
  void anotherLogIsForeign() {
    assertForeign(by(log(new LogIdentity("kafka-2", "topic-1")), NOON), "kafka-2");
    assertForeign(by(log(new LogIdentity("kafka-1", "topic-2")), NOON), "created anew");
  }

  @Test
  void anotherNodesOrClustersIsRefusedWithoutKafka() {
    assertThatCode(() -> CheckpointUse.checkOwn(about, "node-1", "sluice.state"))
        .doesNotThrowAnyException();
    assertThatExceptionOfType(CheckpointRefusedException.class)
        .isThrownBy(() -> CheckpointUse.checkOwn(about, "node-2", "sluice.state"))
        .satisfies(e -> assertThat(e.refusal()).isEqualTo(Refusal.NODE))
        .withMessageContaining("node-1");
    assertThatExceptionOfType(CheckpointRefusedException.class)
        .isThrownBy(() -> CheckpointUse.checkOwn(about, "node-1", "other.state"))
        .satisfies(e -> assertThat(e.refusal()).isEqualTo(Refusal.CLUSTER))
        .withMessageContaining("sluice.state");
  }

  private static void assertReplay(CheckpointUse use, Refusal refusal, String words) {
    assertThat(use).isInstanceOf(Replay.class);
    assertThat(((Replay) use).refusal()).isEqualTo(refusal);
    assertThat(((Replay) use).why()).contains(words);
  }

  private static void assertForeign(CheckpointUse use, String words) {
    assertThat(use).isInstanceOf(Foreign.class);
    assertThat(((Foreign) use).refusal()).isEqualTo(Refusal.LOG);
    assertThat(((Foreign) use).why()).contains(words);
  }
}
