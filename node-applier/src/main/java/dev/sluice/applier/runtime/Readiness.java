package dev.sluice.applier.runtime;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.events.image.ClusterImage;
import java.util.Optional;

/**
 * Whether the kernel may be touched: what is not known yet must not look as if it were gone. Pure.
 */
record Readiness(String nodeName, NodeConfig config) {
  /**
   * Why it must not; empty if it may.
   *
   * @param atEnd whether the log has been read to its end
   */
  Optional<String> waitingFor(ClusterImage image, boolean atEnd) {
    if (!atEnd) {
      return Optional.of("the log has not been read to its end");
    } else if (!image.complete()) {
      return Optional.of("the log does not hold the whole cluster yet");
    } else if (image.node(nodeName).isEmpty()) {
      return Optional.of("the log does not have Node/" + nodeName);
    }
    return image.node(nodeName).flatMap(config::missing);
  }
}
