package dev.sluice.events.log;

import dev.sluice.events.image.ClusterImage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The cluster as it was at a moment.
 *
 * @param image complete, at the moment's revision; its head has the mode that {@code auto} meant
 *     then
 * @param time the event time of that revision, where the log still tells it
 * @param problems what of the log can't be read, or is missing, so that the image may be wrong; one
 *     line each
 */
public record PastState(ClusterImage image, Optional<Instant> time, List<String> problems) {
  public PastState {
    problems = List.copyOf(problems);
  }

  /** The number of the revision. */
  public long revision() {
    return image.revision();
  }
}
