package dev.sluice.applier.cli;

import dev.sluice.applier.runtime.CheckpointSettings;
import dev.sluice.events.host.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What is kept to start without Kafka; a picocli mixin. */
final class CheckpointOptions {
  /** Of the kernel: random(4). */
  private static final String BOOT_ID = "/proc/sys/kernel/random/boot_id";

  @Option(
      names = "--state-dir",
      defaultValue = "${env:SLUICE_STATE_DIR:-/var/lib/sluice}",
      paramLabel = "DIR",
      description = {
        "Where the checkpoint is kept, from which this node forwards if Kafka",
        "can't be reached at the start. Default: SLUICE_STATE_DIR, /var/lib/sluice."
      })
  private Path stateDir = Path.of("");

  @Option(names = "--no-checkpoint", description = "Keep no checkpoint.")
  private boolean none;

  CheckpointSettings settings() throws IOException {
    return none
        ? CheckpointSettings.NONE
        : CheckpointSettings.in(
            stateDir, Version.number(), Files.readString(Path.of(BOOT_ID)).strip());
  }
}
