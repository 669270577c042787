package dev.sluice.applier.runtime;

import dev.sluice.applier.checkpoint.Checkpoint.About;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether and how an applier keeps a checkpoint.
 *
 * @param folder where it is; empty: none is kept
 * @param program the version of Sluice that runs
 * @param boot the boot id of this node's kernel
 * @param interval the least time between two writes
 * @param patience how long Kafka may keep an applier waiting that has just started, before it
 *     forwards from the checkpoint
 */
public record CheckpointSettings(
    Optional<Path> folder, String program, String boot, Duration interval, Patience patience) {
  /**
   * How long to wait for Kafka.
   *
   * @param rebooted where the kernel has booted since the checkpoint, and so has no rules
   * @param running where it may have rules, which may be newer than the checkpoint
   */
  public record Patience(Duration rebooted, Duration running) {}

  /** No checkpoint. */
  public static final CheckpointSettings NONE =
      new CheckpointSettings(
          Optional.empty(), "", "", Duration.ZERO, new Patience(Duration.ZERO, Duration.ZERO));

  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private static final Patience PATIENCE =
      new Patience(Duration.ofSeconds(5), Duration.ofSeconds(30));

  /**
   * One in a folder.
   *
   * @param program the version of Sluice that runs
   * @param boot the boot id of this node's kernel
   */
  public static CheckpointSettings in(Path folder, String program, String boot) {
    return new CheckpointSettings(Optional.of(folder), program, boot, INTERVAL, PATIENCE);
  }

  Duration patienceWith(About about) {
    return about.boot().equals(boot) ? patience.running() : patience.rebooted();
  }
}
