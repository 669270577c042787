package dev.sluice.local.system;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** What tables hold after each commit of scripts that iptables-restore --noflush was given. */
final class RestoreFold {
  private final Map<String, Map<String, List<String>>> tables = new TreeMap<>();

  /**
   * Folds scripts, one after the other.
   *
   * @param committed is told each table that was committed: its name, and rules by chain
   */
  void fold(List<String> lines, BiConsumer<String, Map<String, List<String>>> committed) {
    String table = "";
    for (String line : lines) {
      if (line.startsWith("*")) {
        table = line.substring(1).strip();
      } else if (line.startsWith(":")) {
        of(table).put(line.substring(1).split(" ", 2)[0], new ArrayList<>());
      } else if (line.startsWith("-")) {
        rule(of(table), line.split(" ", 3));
      } else if (line.startsWith("COMMIT")) {
        committed.accept(table, of(table));
      }
    }
  }

  private Map<String, List<String>> of(String table) {
    return tables.computeIfAbsent(table, name -> new TreeMap<>());
  }

  private static void rule(Map<String, List<String>> chains, String[] words) {
    List<String> chain = chains.computeIfAbsent(words[1], name -> new ArrayList<>());
    Optional<String> rule = words.length < 3 ? Optional.empty() : Optional.of(words[2]);
    switch (words[0]) {
      case "-A" -> chain.add(rule.orElseThrow());
      case "-I" -> chain.add(0, rule.orElseThrow());
      case "-D" -> chain.remove(rule.orElseThrow());
      case "-F" -> chain.clear();
      case "-X" -> chains.remove(words[1]);
      default -> throw new AssertionError("not understood: " + String.join(" ", words));
    }
  }
}
