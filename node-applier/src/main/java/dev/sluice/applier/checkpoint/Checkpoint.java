package dev.sluice.applier.checkpoint;

import dev.sluice.events.event.Head;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.log.LogFacts.LogIdentity;
import dev.sluice.events.log.StateReader.Undecodable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The cluster as a node's kernel has accepted it, and where the log goes on from there. Immutable;
 * any thread.
 *
 * @param image all of it, with its revision and head
 */
public record Checkpoint(About about, ClusterImage image) {
  /**
   * What a checkpoint is of.
   *
   * @param node whose kernel has accepted it
   * @param program the version of Sluice that wrote it: another one may read more from the log
   * @param boot of the node's kernel, by its boot id: after another boot it has forgotten all
   * @param topic the state topic's name
   * @param log which log the offset is of
   * @param offset where to read on
   * @param caughtUp when its owner was last known to be at the log's end with nothing more than
   *     this, by the node's clock
   * @param undecodable records before the offset that are not of the log's format, and stand
   * @param revision the image's
   * @param head the image's
   */
  public record About(
      String node,
      String program,
      String boot,
      String topic,
      LogIdentity log,
      long offset,
      Instant caughtUp,
      List<Undecodable> undecodable,
      long revision,
      Optional<Head> head) {
    public About {
      undecodable = List.copyOf(undecodable);
    }
  }
}
