package dev.sluice.applier.cli;

import dev.sluice.applier.cli.ProgramTarget.Programmed;
import dev.sluice.events.event.HistoryEntry;
import dev.sluice.events.log.PastState;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * A replay as it goes.
 *
 * @param programs whether the programs are printed, too
 */
record ReplayPrinter(PrintWriter out, HistoryCommand.Output output, boolean programs) {
  private static final String ROW = "%8s  %-24s  %s  %-40s  %s%n";
  private static final int DIGEST = 32;

  /** What is there at the beginning. */
  void start(PastState state, List<Programmed> programmed) {
    switch (output) {
      case TABLE -> {
        out.printf(ROW, "REVISION", "TIME", digestHeader(programmed), "OBJECT", "CHANGE");
        out.printf(
            ROW,
            state.revision(),
            state.time().map(Object::toString).orElse("-"),
            digests(programmed),
            "(all)",
            state.image().keys().size() + " objects");
        if (programs) {
          programmed.forEach(
              one -> one.plan().ifPresent(plan -> plan.text().lines().forEach(this::indented)));
        }
      }
      case JSON -> {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("revision", state.revision());
        state.time().ifPresent(time -> tree.put("time", time.toString()));
        tree.put("objects", state.image().keys().size());
        tree.put("digests", digestTree(programmed));
        if (programs) {
          tree.put(
              "programs",
              programmed.stream().flatMap(one -> one.plan().stream()).map(p -> p.tree()).toList());
        }
        print(tree);
      }
    }
    out.flush();
  }

  /** What is there after a change. */
  void change(HistoryEntry entry, List<Programmed> programmed) {
    switch (output) {
      case TABLE -> {
        out.printf(
            ROW,
            entry.number(),
            entry.change().revision().time(),
            digests(programmed),
            entry.change().key(),
            ChangeText.difference(entry));
        programmed.forEach(
            one ->
                one.changes().stream()
                    .flatMap(change -> ProgramText.lines(change).stream())
                    .forEach(this::indented));
      }
      case JSON -> {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("revision", entry.number());
        tree.put("time", entry.change().revision().time().toString());
        tree.put("object", entry.change().key().toString());
        tree.put("change", ChangeText.difference(entry));
        tree.put("digests", digestTree(programmed));
        if (programs) {
          Map<String, Object> changes = new LinkedHashMap<>();
          programmed.forEach(
              one ->
                  changes.put(
                      one.family().toString(),
                      one.changes().stream().map(ProgramText::tree).toList()));
          tree.put("changes", changes);
        }
        print(tree);
      }
    }
    out.flush();
  }

  private void indented(String line) {
    out.println("          " + line);
  }

  private void print(Map<String, Object> tree) {
    out.println(JsonMapper.shared().writeValueAsString(tree));
  }

  private static String digestHeader(List<Programmed> programmed) {
    return programmed.stream()
        .map(one -> ("%-" + DIGEST + "s").formatted(one.family() + " DIGEST"))
        .collect(Collectors.joining("  "));
  }

  private static String digests(List<Programmed> programmed) {
    return programmed.stream()
        .map(one -> one.digest().toString())
        .collect(Collectors.joining("  "));
  }

  private static Map<String, String> digestTree(List<Programmed> programmed) {
    Map<String, String> tree = new LinkedHashMap<>();
    programmed.forEach(one -> tree.put(one.family().toString(), one.digest().toString()));
    return tree;
  }
}
