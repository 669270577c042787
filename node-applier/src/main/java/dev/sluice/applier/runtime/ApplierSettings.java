package dev.sluice.applier.runtime;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.events.log.KafkaSettings;
import dev.sluice.events.log.Topics;
import dev.sluice.events.model.ProxyMode;
import java.time.Duration;
import java.util.Optional;

/**
 * What an applier is told.
 *
 * @param mode the mode to use; empty: auto, which is what the log says
 * @param syncPeriod how often the kernel is read back and repaired; also the longest time between
 *     attempts after an error
 * @param minSyncPeriod the least time between two writes; zero: none
 * @param reports how it reports to the nodes topic
 * @param checkpoint whether and where it keeps what it needs to start without Kafka
 */
public record ApplierSettings(
    KafkaSettings kafka,
    Topics topics,
    String nodeName,
    NodeConfig config,
    Optional<ProxyMode> mode,
    Duration syncPeriod,
    Duration minSyncPeriod,
    ReportSettings reports,
    CheckpointSettings checkpoint) {
  /** Of an applier that keeps no checkpoint. */
  public ApplierSettings(
      KafkaSettings kafka,
      Topics topics,
      String nodeName,
      NodeConfig config,
      Optional<ProxyMode> mode,
      Duration syncPeriod,
      Duration minSyncPeriod,
      ReportSettings reports) {
    this(
        kafka,
        topics,
        nodeName,
        config,
        mode,
        syncPeriod,
        minSyncPeriod,
        reports,
        CheckpointSettings.NONE);
  }
}
