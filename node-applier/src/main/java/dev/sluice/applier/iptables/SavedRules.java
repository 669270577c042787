package dev.sluice.applier.iptables;

import dev.sluice.applier.iptables.IptablesKey.ChainKey;
import dev.sluice.applier.iptables.IptablesKey.HookKey;
import dev.sluice.applier.program.Program;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds in what iptables-save printed all that is ours. Pure. */
public final class SavedRules {
  /** Others may jump to our chains from chains of theirs; those rules are not ours. */
  private static final Set<String> BUILT_IN =
      Set.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING");

  private SavedRules() {}

  /**
   * Parses a listing of any tables; only ours matter.
   *
   * @param listing the tool's output
   * @throws IllegalArgumentException if it is no listing
   */
  public static Program<IptablesKey, String> parse(String listing) {
    Program<IptablesKey, String> program = Program.empty();
    Map<ChainKey, StringBuilder> chains = new HashMap<>();
    Set<HookKey> hooks = new HashSet<>();
    Optional<Table> table = Optional.empty();
    for (String line : (Iterable<String>) listing.lines()::iterator) {
      if (line.startsWith("*")) {
        table = Table.named(line.substring(1));
      } else if (line.startsWith(":")) {
        String chain = word(line, 1);
        table
            .filter(_ -> ChainNames.ours(chain))
            .ifPresent(t -> chains.put(new ChainKey(t, chain), new StringBuilder()));
      } else if (line.startsWith("-A ")) {
        table.ifPresent(t -> rule(t, line, chains, hooks));
      } else if (!line.isEmpty() && !line.startsWith("#") && !line.equals("COMMIT")) {
        throw new IllegalArgumentException("no line of a listing: \"" + line + "\"");
      }
    }
    for (Map.Entry<ChainKey, StringBuilder> chain : chains.entrySet()) {
      program = program.plus(chain.getKey(), chain.getValue().toString());
    }
    for (HookKey hook : hooks) {
      program = program.plus(hook, "-A " + hook.chain() + " " + hook.rule() + "\n");
    }
    return program;
  }

  private static void rule(
      Table table, String line, Map<ChainKey, StringBuilder> chains, Set<HookKey> hooks) {
    String chain = word(line, 3);
    StringBuilder lines = chains.get(new ChainKey(table, chain));
    if (lines != null) {
      lines.append(line).append('\n');
      return;
    }
    int jump = line.lastIndexOf(" -j ");
    if (jump >= 0 && ChainNames.ours(word(line, jump + 4)) && BUILT_IN.contains(chain)) {
      String rule = line.substring(3 + chain.length() + 1);
      int copy = 1;
      while (!hooks.add(new HookKey(table, chain, rule, copy))) {
        copy++;
      }
    }
  }

  private static String word(String line, int from) {
    int end = line.indexOf(' ', from);
    return end < 0 ? line.substring(from) : line.substring(from, end);
  }
}
