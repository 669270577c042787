package dev.sluice.applier.checkpoint;

import dev.sluice.applier.checkpoint.Checkpoint.About;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.log.LogFacts.LogIdentity;
import dev.sluice.events.log.StateReader.Undecodable;
import java.time.Instant;
import java.util.List;

/** Checkpoints to test with. */
final class Checkpoints {
  static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  static final LogIdentity LOG = new LogIdentity("kafka-1", "topic-1");

  private Checkpoints() {}

  /** Of node-1, version 1.0. */
  static Checkpoint of(ClusterImage image, long offset) {
    return new Checkpoint(
        new About(
            "node-1",
            "1.0",
            "boot-1",
            "sluice.state",
            LOG,
            offset,
            NOON,
            List.of(new Undecodable("sluice.state", 3, "Service/shop/broken", "garbage", false, 1)),
            image.revision(),
            image.head()),
        image);
  }
}
