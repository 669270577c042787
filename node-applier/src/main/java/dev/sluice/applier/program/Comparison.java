package dev.sluice.applier.program;

import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Compares what is read of a kernel with what it was known to hold when reading began. Objects that
 * were written since are left out: of those it can't be told whether they were read before or
 * after. One thread writes and asks; another one may give what was found in between.
 */
public final class Comparison<K extends Comparable<? super K>, V> {
  private final Program<K, V> expected;
  private final Set<K> written = new HashSet<>();
  private volatile Optional<Result<K, V>> result = Optional.empty();

  private record Result<K, V>(Program<K, V> found, ProgramDiff<K, V> diff) {}

  /**
   * @param expected what the kernel is known to hold now
   */
  public Comparison(Program<K, V> expected) {
    this.expected = expected;
  }

  /** What the kernel was known to hold at the beginning. */
  public Program<K, V> expected() {
    return expected;
  }

  /** Notes what was found, and compares. For the thread that reads. */
  public void found(Program<K, V> program) {
    result = Optional.of(new Result<>(program, ProgramDiff.between(program, expected)));
  }

  /** What was found; what was expected, before anything was. */
  public Program<K, V> found() {
    return result.map(Result::found).orElse(expected);
  }

  /** Notes that these objects are written meanwhile. */
  public void written(ProgramDiff<K, V> diff) {
    written(diff.keys());
  }

  /** Notes that these objects are written meanwhile. */
  public void written(Collection<K> keys) {
    written.addAll(keys);
  }

  /** Whether an object was written meanwhile. */
  public boolean isWritten(K key) {
    return written.contains(key);
  }

  /** What leads from what was found to what was expected, but for what was written meanwhile. */
  public ProgramDiff<K, V> drift() {
    return result
        .map(Result::diff)
        .orElseGet(() -> ProgramDiff.between(expected, expected, Set.of()))
        .without(written);
  }
}
