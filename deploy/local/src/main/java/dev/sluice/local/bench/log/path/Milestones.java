package dev.sluice.local.bench.log.path;

import dev.sluice.local.bench.BenchException;
import dev.sluice.local.run.LoggedLine;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * When a program had come to which revision. Pure.
 *
 * @param times by revision; each holds for the revisions after the one before, too
 */
record Milestones(NavigableMap<Long, Instant> times) {
  /** From the lines in which a program names the revision that it has come to. */
  static Milestones of(List<LoggedLine> lines) {
    NavigableMap<Long, Instant> times = new TreeMap<>();
    for (LoggedLine line : lines) {
      // of several with one revision, the first brought it
      line.number("revision").ifPresent(revision -> times.putIfAbsent(revision, line.time()));
    }
    return new Milestones(times);
  }

  /**
   * When it had come to a revision.
   *
   * @throws BenchException if it never has
   */
  Instant of(long revision) {
    return step(revision).getValue();
  }

  /**
   * In how many steps it came to these revisions.
   *
   * @throws BenchException if it never came to the last of them
   */
  int steps(long first, long last) {
    return times.subMap(first, true, step(last).getKey(), true).size();
  }

  private Map.Entry<Long, Instant> step(long revision) {
    return Optional.ofNullable(times.ceilingEntry(revision))
        .orElseThrow(() -> new BenchException("nobody has logged revision " + revision));
  }
}
