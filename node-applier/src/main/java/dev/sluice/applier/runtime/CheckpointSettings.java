package dev.sluice.applier.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether and how an applier keeps a checkpoint.
 *
 * @param folder where it is; empty: none is kept
 * @param program the version of Sluice that runs
 * @param interval the least time between two writes
 * @param patience how long Kafka may keep an applier waiting that has just started, before it
 *     forwards from the checkpoint
 */
public record CheckpointSettings(
    Optional<Path> folder, String program, Duration interval, Duration patience) {
  /** No checkpoint. */
  public static final CheckpointSettings NONE =
      new CheckpointSettings(Optional.empty(), "", Duration.ZERO, Duration.ZERO);

  private static final Duration INTERVAL = Duration.ofSeconds(5);

  /** Long enough for a broker that is there, short enough for a node with no rules. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /**
   * One in a folder.
   *
   * @param program the version of Sluice that runs
   */
  public static CheckpointSettings in(Path folder, String program) {
    return new CheckpointSettings(Optional.of(folder), program, INTERVAL, PATIENCE);
  }
}
