package dev.sluice.applier.cli;

import dev.sluice.events.difference.FieldChange;
import dev.sluice.events.difference.ObjectDifference;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.EventCodec;
import dev.sluice.events.event.HistoryEntry;
import dev.sluice.events.event.Revision;
import dev.sluice.events.log.StateReader.Undecodable;
import dev.sluice.events.model.ClusterObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A change for people, on one line, and as a tree for JSON. Pure. */
final class ChangeText {
  /** The columns of {@link #row}, as wide as they mostly are. */
  static final String ROW = "%8s  %-24s  %5s  %-8s  %-10s  %-24s  %-44s  %s";

  static final String HEADER =
      ROW.formatted(
          "REVISION", "TIME", "EPOCH", "CAUSE", "VERSION", "TRIGGERED", "OBJECT", "CHANGE");

  private static final EventCodec CODEC = new EventCodec();

  private ChangeText() {}

  /** One line of the table. */
  static String row(HistoryEntry entry) {
    Revision revision = entry.change().revision();
    return ROW.formatted(
        revision.number(),
        revision.time(),
        revision.epoch(),
        revision.cause().text(),
        revision.resourceVersion().isEmpty() ? "-" : revision.resourceVersion(),
        revision.triggerTime().map(Object::toString).orElse("-"),
        entry.change().key(),
        difference(entry));
  }

  /** What happened to the object, and to the mode. */
  static String difference(HistoryEntry entry) {
    Optional<String> mode =
        entry
            .proxyModeReason()
            .map(reason -> "(auto means " + entry.proxyMode().orElse("nothing") + " from here on)");
    return Stream.concat(Stream.of(difference(entry.change())), mode.stream())
        .collect(Collectors.joining(" "));
  }

  /** What happened to the object. */
  static String difference(Change change) {
    String fields =
        ObjectDifference.of(change).stream()
            .map(FieldChange::toString)
            .collect(Collectors.joining("; "));
    return switch (verb(change)) {
      case "updated" -> fields.isEmpty() ? "as before" : fields;
      case String verb -> verb + "; " + fields;
    };
  }

  /** The fields that differ, a line each. */
  static List<String> fieldLines(Change change) {
    return ObjectDifference.of(change).stream().map(FieldChange::toString).toList();
  }

  /** {@code created}, {@code updated} or {@code deleted}. */
  static String verb(Change change) {
    return verb(change.before(), change.after());
  }

  /** The same of any two versions of an object, one of which there is. */
  static String verb(Optional<ClusterObject> before, Optional<ClusterObject> after) {
    if (after.isEmpty()) {
      return "deleted";
    }
    return before.isEmpty() ? "created" : "updated";
  }

  /** That a record of the history is none. */
  static String unreadable(Undecodable record) {
    return "%s offset %d key %s can't be read: %s"
        .formatted(record.topic(), record.offset(), record.key(), record.reason());
  }

  /** All there is to say, {@code before} and {@code after} included. */
  static Map<String, Object> tree(HistoryEntry entry) {
    Change change = entry.change();
    Revision revision = change.revision();
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("revision", revision.number());
    tree.put("epoch", revision.epoch());
    tree.put("time", revision.time().toString());
    revision.triggerTime().ifPresent(time -> tree.put("triggerTime", time.toString()));
    tree.put("cause", revision.cause().text());
    tree.put("kind", change.key().kind().apiName());
    if (!change.key().namespace().isEmpty()) {
      tree.put("namespace", change.key().namespace());
    }
    tree.put("name", change.key().name());
    if (!revision.resourceVersion().isEmpty()) {
      tree.put("resourceVersion", revision.resourceVersion());
    }
    tree.put("operation", verb(change));
    tree.put("fields", fields(ObjectDifference.of(change)));
    change.before().ifPresent(object -> tree.put("before", CODEC.tree(object)));
    change.after().ifPresent(object -> tree.put("after", CODEC.tree(object)));
    entry.proxyMode().ifPresent(mode -> tree.put("proxyMode", mode));
    entry.proxyModeReason().ifPresent(reason -> tree.put("proxyModeReason", reason.toString()));
    return tree;
  }

  /** Differences of fields as trees. */
  static List<Map<String, Object>> fields(List<FieldChange> changes) {
    return changes.stream().map(ChangeText::field).toList();
  }

  private static Map<String, Object> field(FieldChange change) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("path", change.path());
    switch (change) {
      case FieldChange.Replaced(_, var before, var after) -> {
        before.ifPresent(value -> tree.put("before", value));
        after.ifPresent(value -> tree.put("after", value));
      }
      case FieldChange.Elements(_, var removed, var added) -> {
        tree.put("removed", removed);
        tree.put("added", added);
      }
      case FieldChange.Reordered(_, var after) -> tree.put("order", after);
    }
    return tree;
  }
}
