package dev.sluice.applier.iptables;

import dev.sluice.applier.iptables.IptablesKey.ChainKey;
import dev.sluice.applier.iptables.IptablesKey.HookKey;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDiff;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What iptables-restore --noflush takes to carry out a difference. Pure.
 *
 * <p>Each section is one commit, and a packet can come by between two. So a Service that loses its
 * last endpoint is rejected before it is no longer translated, and one that gains its first is
 * translated before it is no longer rejected (a translated packet does not match the reject): first
 * the filter table with old and new rules, then nat, then the filter table without the old ones.
 */
public final class RestoreScript {
  /** Commits both tables as they are. */
  static final String NOTHING = "*filter\nCOMMIT\n*nat\nCOMMIT\n";

  private RestoreScript() {}

  /** The script that makes the program in an empty kernel. */
  public static String of(Program<IptablesKey, String> program) {
    return of(Program.empty(), ProgramDiff.between(Program.empty(), program));
  }

  /**
   * The script; empty where nothing differs.
   *
   * @param installed what the difference starts from
   */
  public static String of(
      Program<IptablesKey, String> installed, ProgramDiff<IptablesKey, String> diff) {
    ProgramDiff<IptablesKey, String> filter = part(diff, Table.FILTER);
    ProgramDiff<IptablesKey, String> nat = part(diff, Table.NAT);
    ProgramDiff<IptablesKey, String> added = additions(installed, filter);
    StringBuilder script = new StringBuilder();
    if (nat.isEmpty() || added.equals(filter)) {
      section(Table.FILTER, filter, script);
      section(Table.NAT, nat, script);
    } else {
      section(Table.FILTER, added, script);
      section(Table.NAT, nat, script);
      section(Table.FILTER, withoutNewHooks(filter), script);
    }
    return script.toString();
  }

  private static ProgramDiff<IptablesKey, String> part(
      ProgramDiff<IptablesKey, String> diff, Table table) {
    SortedMap<IptablesKey, String> put = new TreeMap<>(diff.put());
    put.keySet().removeIf(key -> key.table() != table);
    SortedSet<IptablesKey> removed = new TreeSet<>(diff.removed());
    removed.removeIf(key -> key.table() != table);
    return new ProgramDiff<>(put, removed);
  }

  /**
   * The same difference, but nothing goes: chains that change hold their new rules and then the old
   * ones. Chains that would stay as they are, are left out.
   */
  static ProgramDiff<IptablesKey, String> additions(
      Program<IptablesKey, String> installed, ProgramDiff<IptablesKey, String> diff) {
    SortedMap<IptablesKey, String> put = new TreeMap<>();
    diff.put()
        .forEach(
            (key, lines) -> {
              Optional<String> before = installed.get(key);
              if (before.isEmpty()) {
                put.put(key, lines);
              } else if (!lineSet(before.get()).containsAll(lineSet(lines))) {
                Set<String> both = lineSet(lines);
                both.addAll(lineSet(before.get()));
                put.put(key, String.join("\n", both) + "\n");
              }
            });
    return new ProgramDiff<>(put, new TreeSet<>());
  }

  /** Chains may be written twice; a hook that is inserted twice stands twice. */
  private static ProgramDiff<IptablesKey, String> withoutNewHooks(
      ProgramDiff<IptablesKey, String> diff) {
    SortedMap<IptablesKey, String> put = new TreeMap<>(diff.put());
    put.keySet().removeIf(HookKey.class::isInstance);
    return new ProgramDiff<>(put, diff.removed());
  }

  private static Set<String> lineSet(String lines) {
    return new LinkedHashSet<>(lines.lines().toList());
  }

  private static void section(
      Table table, ProgramDiff<IptablesKey, String> diff, StringBuilder script) {
    if (diff.isEmpty()) {
      return;
    }
    StringBuilder chains = new StringBuilder();
    StringBuilder rules = new StringBuilder();
    StringBuilder hooks = new StringBuilder();
    StringBuilder deletions = new StringBuilder();
    diff.put()
        .forEach(
            (key, lines) -> {
              switch (key) {
                case ChainKey chain -> {
                  declare(chain, chains);
                  rules.append(lines);
                }
                // first, as kube-proxy puts them: rules of others must not shadow Services
                case HookKey hook -> hook("-I", hook, hooks);
              }
            });
    for (IptablesKey key : diff.removed()) {
      switch (key) {
        case ChainKey chain -> {
          // declared, and thereby emptied: it may refer to others that go too
          declare(chain, chains);
          deletions.append("-X ").append(chain.chain()).append('\n');
        }
        case HookKey hook -> hook("-D", hook, hooks);
      }
    }
    script.append('*').append(table).append('\n');
    script.append(chains).append(rules).append(hooks).append(deletions).append("COMMIT\n");
  }

  private static void declare(ChainKey chain, StringBuilder chains) {
    chains.append(':').append(chain.chain()).append(" - [0:0]\n");
  }

  private static void hook(String verb, HookKey hook, StringBuilder hooks) {
    hooks.append(verb).append(' ').append(hook.chain()).append(' ').append(hook.rule());
    hooks.append('\n');
  }
}
