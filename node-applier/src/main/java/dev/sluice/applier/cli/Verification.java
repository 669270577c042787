package dev.sluice.applier.cli;

import dev.sluice.applier.program.Drift.Kind;
import dev.sluice.applier.program.ObjectChange;
import dev.sluice.events.model.IpFamily;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A node's kernel beside what the cluster asks of it. Pure.
 *
 * @param mode by which the node forwards
 * @param revision the cluster's
 * @param families each with what is planned for it, and what differs in the kernel
 */
record Verification(String node, String mode, long revision, List<Family> families) {
  Verification {
    families = List.copyOf(families);
  }

  /**
   * One family.
   *
   * @param digest of what is planned
   * @param changes that would put the kernel right
   */
  record Family(IpFamily family, String digest, List<ObjectChange> changes) {
    Family {
      changes = List.copyOf(changes);
    }
  }

  boolean same() {
    return families.stream().allMatch(family -> family.changes().isEmpty());
  }

  /** What differs in an earlier comparison, too. */
  Verification and(Verification earlier) {
    Map<IpFamily, Set<String>> before =
        earlier.families.stream()
            .collect(
                Collectors.toMap(
                    Family::family,
                    family ->
                        family.changes().stream()
                            .map(ObjectChange::object)
                            .collect(Collectors.toSet())));
    List<Family> both = new ArrayList<>();
    for (Family one : families) {
      Set<String> known = before.getOrDefault(one.family(), Set.of());
      both.add(
          new Family(
              one.family(),
              one.digest(),
              one.changes().stream().filter(change -> known.contains(change.object())).toList()));
    }
    return new Verification(node, mode, revision, both);
  }

  static Kind kind(ObjectChange change) {
    if (change.isNew()) {
      return Kind.MISSING;
    }
    return change.isGone() ? Kind.EXTRA : Kind.CHANGED;
  }

  Answer answer() {
    return new Answer(text(), tree());
  }

  private String text() {
    List<String> lines = new ArrayList<>();
    for (Family family : families) {
      String result =
          family.changes().isEmpty()
              ? "the kernel holds what the log says"
              : "objects that differ: " + family.changes().size();
      lines.add(
          "%s, %s, %s, revision %d: %s".formatted(node, mode, family.family(), revision, result));
      for (ObjectChange change : family.changes()) {
        lines.add("%-7s %s".formatted(kind(change), change.object()));
        change.removed().forEach(line -> lines.add("    is:        " + line));
        change.added().forEach(line -> lines.add("    should be: " + line));
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("node", node);
    tree.put("mode", mode);
    tree.put("revision", revision);
    tree.put("same", same());
    tree.put("families", families.stream().map(Verification::tree).toList());
    return tree;
  }

  private static Map<String, Object> tree(Family family) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("family", family.family().toString());
    tree.put("digest", family.digest());
    tree.put("differences", family.changes().stream().map(Verification::tree).toList());
    return tree;
  }

  private static Map<String, Object> tree(ObjectChange change) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("object", change.object());
    tree.put("kind", kind(change).toString());
    tree.put("is", change.removed());
    tree.put("shouldBe", change.added());
    return tree;
  }
}
