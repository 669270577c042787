package dev.sluice.watcher.publish;

import dev.sluice.events.event.Change;
import dev.sluice.events.event.Revision;
import dev.sluice.events.model.ClusterObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives proposals their place on the log, in one term of a watcher. Pure.
 *
 * @param epoch of this term, at least 1
 */
public record RevisionSequence(String clusterId, long epoch) {

  /**
   * The proposals with the revisions that follow the log's last, all at one time.
   *
   * @param now the clock; event time is never less than the last on the log, so that it does not
   *     run backwards from one watcher to the next
   */
  public List<Change> assign(List<ChangeProposal> proposals, PublishedState log, Instant now) {
    Instant time = time(log, now);
    long number = log.image().revision();
    List<Change> changes = new ArrayList<>(proposals.size());
    for (ChangeProposal proposal : proposals) {
      number++;
      changes.add(
          change(
              proposal,
              new Revision(
                  number,
                  epoch,
                  clusterId,
                  time,
                  proposal.cause(),
                  proposal.resourceVersion(),
                  proposal.triggerTime())));
    }
    return changes;
  }

  /** The event time of what is written at {@code now}. */
  public static Instant time(PublishedState log, Instant now) {
    return now.isAfter(log.time()) ? now : log.time();
  }

  private static Change change(ChangeProposal proposal, Revision revision) {
    if (proposal.after().isPresent()) {
      return new Change.Upserted(revision, proposal.before(), proposal.after().get());
    }
    ClusterObject before = proposal.before().orElseThrow();
    return new Change.Deleted(revision, before);
  }
}
