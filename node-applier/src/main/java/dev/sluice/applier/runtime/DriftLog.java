package dev.sluice.applier.runtime;

import dev.sluice.applier.program.Drift;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ProxyMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names what others have changed in the kernel: a line for each object, but for a flood of them.
 */
final class DriftLog {
  private static final Logger LOG = LoggerFactory.getLogger(DriftLog.class);
  private static final int MOST_LINES = 20;

  private DriftLog() {}

  static void write(long revision, ProxyMode mode, IpFamily family, Drift drift) {
    if (drift.isEmpty()) {
      return;
    }
    drift.objects().entrySet().stream()
        .limit(MOST_LINES)
        .forEach(
            object ->
                LOG.warn(
                    "drift revision={} mode={} family={} kind={} object=\"{}\"",
                    revision,
                    mode,
                    family,
                    object.getValue(),
                    object.getKey()));
    LOG.warn(
        "drift revision={} mode={} family={} repaired={} kinds={}",
        revision,
        mode,
        family,
        drift.objects().size(),
        drift.counts());
  }
}
