package dev.sluice.watcher.convergence;

import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.ServiceName;
import dev.sluice.events.report.Fleet;
import dev.sluice.events.report.Standings;
import dev.sluice.events.report.Standings.Live;
import dev.sluice.watcher.convergence.Question.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** How far one question is from coming true. Told the time; for one thread. */
final class Goal {
  /** So long an address must stay unknown before that is believed: it may be about to come. */
  static final Duration SETTLING = Duration.ofSeconds(1);

  private final Subject subject;
  private final Instant asked;
  private final Set<ServiceName> services = new HashSet<>();
  private OptionalLong target = OptionalLong.empty();

  Goal(Subject subject, Instant asked) {
    this.subject = subject;
    this.asked = asked;
    if (subject instanceof Subject.HasRevision(long revision)) {
      target = OptionalLong.of(revision);
    }
  }

  /**
   * What is still missing.
   *
   * @param reason in words; empty if all is as it should be
   * @param target the revision that every live node must have; empty while that is not known
   * @param behind live nodes that keep it from coming true
   */
  record Missing(Optional<String> reason, OptionalLong target, List<Live> behind) {
    boolean nothing() {
      return reason.isEmpty();
    }
  }

  /**
   * Looks again.
   *
   * @param standings of the fleet, now
   */
  Missing look(Fleet fleet, Standings standings, Instant now) {
    if (subject instanceof Subject.HasDropped(Set<IpAddress> addresses)) {
      Optional<String> used = used(fleet, addresses, now);
      if (used.isPresent()) {
        target = OptionalLong.empty();
        return new Missing(used, target, List.of());
      }
      // from here on it is enough to have this revision: later ones don't matter to the addresses
      target = OptionalLong.of(target.orElse(fleet.image().revision()));
    }
    return behind(standings, target.orElseThrow());
  }

  /** Why the addresses may still be used, by what the log has. */
  private Optional<String> used(Fleet fleet, Set<IpAddress> addresses, Instant now) {
    for (IpAddress address : addresses) {
      services.addAll(fleet.services(address));
      Optional<String> use = fleet.inUse(address);
      if (use.isPresent()) {
        return Optional.of(address + ": " + use.get());
      }
    }
    // the change that takes it away was seen, or it was never there; only in the second case there
    // is nothing that tells that the log is not just late
    return services.isEmpty() && now.isBefore(asked.plus(SETTLING))
        ? Optional.of("no Service has such an endpoint; it may be about to come")
        : Optional.empty();
  }

  private Missing behind(Standings standings, long revision) {
    OptionalLong wanted = OptionalLong.of(revision);
    if (standings.live().isEmpty()) {
      return new Missing(Optional.of("no node is live"), wanted, List.of());
    }
    if (!standings.reached(revision)) {
      return new Missing(
          Optional.of("not every live node has revision " + revision),
          wanted,
          standings.behind(revision));
    }
    List<Live> refusing = standings.refusing(services);
    return refusing.isEmpty()
        ? new Missing(Optional.empty(), wanted, List.of())
        : new Missing(
            Optional.of("a kernel refuses what a Service of it is now"), wanted, refusing);
  }
}
