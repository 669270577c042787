package dev.sluice.applier.iptables;

import dev.sluice.applier.iptables.IptablesKey.ChainKey;
import dev.sluice.applier.iptables.IptablesKey.HookKey;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDiff;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
 * The mangle table is around both, as a change of mode needs its marks while either mode forwards.
 */
public final class RestoreScript {
  /** Commits both tables as they are. */
  static final String NOTHING = "*filter\nCOMMIT\n*nat\nCOMMIT\n";

  private static final List<Table> AROUND_NAT = List.of(Table.MANGLE, Table.FILTER);

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
    StringBuilder script = new StringBuilder();
    try {
      write(installed, diff, script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return script.toString();
  }

  /**
   * Writes the script piece by piece: that of a large program is tens of megabytes.
   *
   * @throws IOException as {@code script} does
   */
  static void write(
      Program<IptablesKey, String> installed,
      ProgramDiff<IptablesKey, String> diff,
      Appendable script)
      throws IOException {
    ProgramDiff<IptablesKey, String> nat = part(diff, Table.NAT);
    List<Table> twice = new ArrayList<>();
    for (Table table : AROUND_NAT) {
      ProgramDiff<IptablesKey, String> whole = part(diff, table);
      ProgramDiff<IptablesKey, String> added = additions(installed, whole);
      boolean again = !nat.isEmpty() && !added.equals(whole);
      section(table, again ? added : whole, script);
      if (again) {
        twice.addFirst(table);
      }
    }
    section(Table.NAT, nat, script);
    for (Table table : twice) {
      section(table, withoutNewHooks(part(diff, table)), script);
    }
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

  private static void section(Table table, ProgramDiff<IptablesKey, String> diff, Appendable script)
      throws IOException {
    if (diff.isEmpty()) {
      return;
    }
    script.append("*" + table + "\n");
    declare(diff.put().keySet(), script);
    // declared, and thereby emptied: they may refer to others that go too
    declare(diff.removed(), script);
    for (Map.Entry<IptablesKey, String> object : diff.put().entrySet()) {
      if (object.getKey() instanceof ChainKey) {
        script.append(object.getValue());
      }
    }
    // first, as kube-proxy puts them: rules of others must not shadow Services
    hooks("-I", diff.put().keySet(), script);
    hooks("-D", diff.removed(), script);
    for (IptablesKey key : diff.removed()) {
      if (key instanceof ChainKey chain) {
        script.append("-X " + chain.chain() + "\n");
      }
    }
    script.append("COMMIT\n");
  }

  private static void declare(Set<IptablesKey> keys, Appendable script) throws IOException {
    for (IptablesKey key : keys) {
      if (key instanceof ChainKey chain) {
        script.append(":" + chain.chain() + " - [0:0]\n");
      }
    }
  }

  private static void hooks(String verb, Set<IptablesKey> keys, Appendable script)
      throws IOException {
    for (IptablesKey key : keys) {
      if (key instanceof HookKey hook) {
        script.append(verb + " " + hook.chain() + " " + hook.rule() + "\n");
      }
    }
  }
}
