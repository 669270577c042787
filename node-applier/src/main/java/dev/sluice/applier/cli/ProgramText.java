package dev.sluice.applier.cli;

import dev.sluice.applier.program.ObjectChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Differences of a node's program for people, and as trees for JSON. Pure. */
final class ProgramText {
  private ProgramText() {}

  /** Lines that tell one object's difference, the first with its name. */
  static List<String> lines(ObjectChange change) {
    List<String> lines = new ArrayList<>();
    lines.add(sign(change) + " " + change.object());
    change.removed().forEach(line -> lines.add("    - " + line));
    change.added().forEach(line -> lines.add("    + " + line));
    return lines;
  }

  private static String sign(ObjectChange change) {
    if (change.isNew()) {
      return "+";
    }
    return change.isGone() ? "-" : "~";
  }

  /** How many objects came, went and were replaced. */
  static String summary(List<ObjectChange> changes) {
    long came = changes.stream().filter(ObjectChange::isNew).count();
    long went = changes.stream().filter(ObjectChange::isGone).count();
    return "%d added, %d removed, %d changed".formatted(came, went, changes.size() - came - went);
  }

  static Map<String, Object> tree(ObjectChange change) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("object", change.object());
    tree.put("operation", change.isNew() ? "added" : change.isGone() ? "removed" : "changed");
    tree.put("removed", change.removed());
    tree.put("added", change.added());
    return tree;
  }
}
