package dev.sluice.watcher.publish;

import dev.sluice.events.host.HealthReport;
import dev.sluice.watcher.lease.Election;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a watcher is doing, for its health page. Written from the watcher's context; any thread. */
public final class WatcherStatus {
  private static final Logger log = LoggerFactory.getLogger(WatcherStatus.class);

  /** What a watcher is doing. */
  public enum Phase {
    /** Another watcher publishes, and this one is ready to take over. */
    STANDBY("standby"),
    /** Taking over the log. */
    TAKING_OVER("taking over the log"),
    /** The log is ours, and the source has not been listed yet. */
    LISTING("waiting until the source has been listed"),
    /** Everything that could be read is published, but something of the source could not be. */
    INCOMPLETE("something of the source can't be read, so the log is not complete"),
    /** All is well. */
    FOLLOWING("following"),
    /** A guard holds everything back. */
    REFUSED("publishing nothing"),
    /** The end. */
    ENDED("ended");

    private final String text;

    Phase(String text) {
      this.text = text;
    }
  }

  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

  private record State(Phase phase, Optional<String> reason) {}

  private final ConcurrentSkipListMap<String, String> problems = new ConcurrentSkipListMap<>();
  private volatile Supplier<Optional<Duration>> logSilence = Optional::empty;
  private volatile State state = new State(Phase.TAKING_OVER, Optional.empty());
  private volatile Optional<Election> election = Optional.empty();

  public Phase phase() {
    return state.phase();
  }

  /** Whether changes of the cluster reach the log. */
  public boolean healthy() {
    return phase() == Phase.FOLLOWING && tooLongSilence().isEmpty();
  }

  /** Why it does that, where there is more to say than the phase does. */
  public Optional<String> reason() {
    return state.reason();
  }

  /** Reasons, by the places of the source that can't be read. */
  public Map<String, String> problems() {
    return Map.copyOf(problems);
  }

  /**
   * For the health page. A problem of the source alone is no reason to be unhealthy, and neither is
   * that another watcher leads.
   */
  public HealthReport report() {
    State now = state;
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("status", now.phase().text);
    election.flatMap(Election::leader).ifPresent(leader -> body.put("leader", leader));
    tooLongSilence()
        .map(silence -> "the log has not answered for " + silence.toSeconds() + " s")
        .or(now::reason)
        .ifPresent(reason -> body.put("reason", reason));
    Map<String, String> all = new TreeMap<>(problems);
    election.flatMap(Election::problem).ifPresent(reason -> all.put("lease", reason));
    body.put("problems", all);
    return new HealthReport(healthy() || now.phase() == Phase.STANDBY, body);
  }

  /** Waits to be elected; why its last term ended, where that failed, stays to be seen. */
  void standBy(Election by) {
    if (by.contested()) {
      election = Optional.of(by);
      state = new State(Phase.STANDBY, state.reason());
    }
  }

  /** A term begins; why the one before it ended, where that failed, stays to be seen. */
  void takingOver() {
    state = new State(Phase.TAKING_OVER, state.reason());
  }

  /** A log that is silent is told of even while there is nothing to write. */
  void follow(Supplier<Optional<Duration>> silence) {
    logSilence = silence;
  }

  private Optional<Duration> tooLongSilence() {
    return logSilence.get().filter(silence -> silence.compareTo(LONGEST_SILENCE) > 0);
  }

  void enter(Phase phase) {
    state = new State(phase, Optional.empty());
  }

  void enter(Phase phase, String reason) {
    state = new State(phase, Optional.of(reason));
  }

  void problem(String where, String reason) {
    if (!reason.equals(problems.put(where, reason))) {
      log.warn("event=source-problem where=\"{}\" reason=\"{}\"", where, reason);
    }
  }

  void problemSolved(String where) {
    if (problems.remove(where) != null) {
      log.info("event=source-problem-solved where=\"{}\"", where);
    }
  }

  void forgetProblems() {
    problems.clear();
  }
}
