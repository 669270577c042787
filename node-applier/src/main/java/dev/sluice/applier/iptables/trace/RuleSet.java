package dev.sluice.applier.iptables.trace;

import dev.sluice.applier.iptables.IptablesKey;
import dev.sluice.applier.iptables.IptablesKey.ChainKey;
import dev.sluice.applier.iptables.Table;
import dev.sluice.applier.program.Program;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Parsed rules by chain. Built by one thread, then only read. */
final class RuleSet {
  private final Map<ChainKey, List<ParsedRule>> chains = new HashMap<>();
  private final Set<ChainKey> closed = new HashSet<>();

  private RuleSet() {}

  /** The rules of a program, as they stand in a kernel that had none. */
  static RuleSet of(Program<IptablesKey, String> program) {
    RuleSet rules = new RuleSet();
    program.objects().entrySet().stream()
        // hooks are inserted one after the other, each before those that stand there
        .sorted(Map.Entry.comparingByKey(Comparator.reverseOrder()))
        .forEach(
            object -> {
              IptablesKey key = object.getKey();
              rules.chain(key.table(), key.chain());
              object.getValue().lines().forEach(line -> rules.add(key.table(), line));
            });
    return rules;
  }

  /**
   * All rules of the nat and filter tables in a listing, whosever they are.
   *
   * @throws IllegalArgumentException if it is no listing
   */
  static RuleSet parse(String listing) {
    RuleSet rules = new RuleSet();
    Optional<Table> table = Optional.empty();
    for (String line : (Iterable<String>) listing.lines()::iterator) {
      if (line.startsWith("*")) {
        table = Table.named(line.substring(1));
      } else if (line.startsWith(":")) {
        String[] words = line.substring(1).split(" ", 3);
        table.ifPresent(t -> rules.declare(new ChainKey(t, words[0]), words[1]));
      } else if (line.startsWith("-A ")) {
        table.ifPresent(t -> rules.add(t, line));
      } else if (!line.isEmpty() && !line.startsWith("#") && !line.equals("COMMIT")) {
        throw new IllegalArgumentException("no line of a listing: \"" + line + "\"");
      }
    }
    return rules;
  }

  /** The rules of a chain; empty where there is no such chain. */
  Optional<List<ParsedRule>> rules(Table table, String chain) {
    return Optional.ofNullable(chains.get(new ChainKey(table, chain)));
  }

  /** Whether packets that reach the end of a built-in chain go no further. */
  boolean closed(Table table, String chain) {
    return closed.contains(new ChainKey(table, chain));
  }

  private void declare(ChainKey chain, String policy) {
    chain(chain.table(), chain.chain());
    if (policy.equals("DROP")) {
      closed.add(chain);
    }
  }

  private List<ParsedRule> chain(Table table, String chain) {
    return chains.computeIfAbsent(new ChainKey(table, chain), _ -> new ArrayList<>());
  }

  /** Adds the rule of a line such as {@code -A chain -j ACCEPT}. */
  private void add(Table table, String line) {
    String[] words = line.split(" ", 3);
    if (words.length < 2) {
      throw new IllegalArgumentException("no rule: \"" + line + "\"");
    }
    chain(table, words[1]).add(RuleParser.parse(words.length == 2 ? "" : words[2]));
  }
}
