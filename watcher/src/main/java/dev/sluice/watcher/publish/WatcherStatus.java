package dev.sluice.watcher.publish;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a watcher is doing, for its health page. Written from the watcher's context; any thread. */
public final class WatcherStatus {
  private static final Logger log = LoggerFactory.getLogger(WatcherStatus.class);

  /** What a watcher is doing. */
  public enum Phase {
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

  private record State(Phase phase, Optional<String> reason) {}

  private final Map<String, String> problems = new ConcurrentSkipListMap<>();
  private volatile State state = new State(Phase.TAKING_OVER, Optional.empty());

  public Phase phase() {
    return state.phase();
  }

  /** Whether changes of the cluster reach the log. */
  public boolean healthy() {
    return phase() == Phase.FOLLOWING;
  }

  /** Of several lines: what it is doing and why, and the problems of the source. */
  public String text() {
    State now = state;
    StringBuilder text = new StringBuilder(now.phase().text);
    now.reason().ifPresent(reason -> text.append(": ").append(reason));
    problems.forEach(
        (where, reason) -> text.append("\nproblem: ").append(where).append(": ").append(reason));
    return text.toString();
  }

  /** How many places of the source can't be read. */
  public int problems() {
    return problems.size();
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
