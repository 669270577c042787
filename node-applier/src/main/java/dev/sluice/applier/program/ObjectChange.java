package dev.sluice.applier.program;

import java.util.ArrayList;
import java.util.List;

/**
 * What differs in one kernel object, in lines that the mode's own tool takes or prints.
 *
 * @param object what it is called, such as {@code nat KUBE-SVC-67NZLRHBNDSAWJRO}
 * @param removed lines that it had
 * @param added lines that it has
 * @param isNew whether it was not there
 * @param isGone whether it is there no more
 */
public record ObjectChange(
    String object, List<String> removed, List<String> added, boolean isNew, boolean isGone) {
  public ObjectChange {
    removed = List.copyOf(removed);
    added = List.copyOf(added);
  }

  /** An object that came. */
  public static ObjectChange came(String object, List<String> lines) {
    return new ObjectChange(object, List.of(), lines, true, false);
  }

  /** An object that went. */
  public static ObjectChange went(String object, List<String> lines) {
    return new ObjectChange(object, lines, List.of(), false, true);
  }

  /**
   * An object that was replaced. Of lines that are the same, only the order may differ; then all
   * are told.
   */
  public static ObjectChange replaced(String object, List<String> before, List<String> after) {
    List<String> removed = new ArrayList<>(before);
    after.forEach(removed::remove);
    List<String> added = new ArrayList<>(after);
    before.forEach(added::remove);
    return removed.isEmpty() && added.isEmpty()
        ? new ObjectChange(object, before, after, false, false)
        : new ObjectChange(object, removed, added, false, false);
  }
}
