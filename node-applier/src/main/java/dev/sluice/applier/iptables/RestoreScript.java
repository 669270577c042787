package dev.sluice.applier.iptables;

import dev.sluice.applier.iptables.IptablesKey.ChainKey;
import dev.sluice.applier.iptables.IptablesKey.HookKey;
import dev.sluice.applier.program.ProgramDiff;

/** What iptables-restore --noflush takes to carry out a difference: one commit a table. Pure. */
public final class RestoreScript {
  private RestoreScript() {}

  /** The script; empty where nothing differs. */
  public static String of(ProgramDiff<IptablesKey, String> diff) {
    StringBuilder script = new StringBuilder();
    for (Table table : Table.values()) {
      table(table, diff, script);
    }
    return script.toString();
  }

  private static void table(
      Table table, ProgramDiff<IptablesKey, String> diff, StringBuilder script) {
    StringBuilder chains = new StringBuilder();
    StringBuilder rules = new StringBuilder();
    StringBuilder hooks = new StringBuilder();
    StringBuilder deletions = new StringBuilder();
    diff.put()
        .forEach(
            (key, lines) -> {
              if (key.table() != table) {
                return;
              }
              switch (key) {
                case ChainKey chain -> {
                  declare(chain, chains);
                  rules.append(lines);
                }
                // first, as kube-proxy puts them: rules of others must not shadow Services
                case HookKey hook ->
                    hooks
                        .append("-I ")
                        .append(hook.chain())
                        .append(' ')
                        .append(hook.rule())
                        .append('\n');
              }
            });
    for (IptablesKey key : diff.removed()) {
      if (key.table() != table) {
        continue;
      }
      switch (key) {
        case ChainKey chain -> {
          // declared, and thereby emptied: it may refer to others that go too
          declare(chain, chains);
          deletions.append("-X ").append(chain.chain()).append('\n');
        }
        case HookKey hook ->
            hooks.append("-D ").append(hook.chain()).append(' ').append(hook.rule()).append('\n');
      }
    }
    if (!chains.isEmpty() || !hooks.isEmpty()) {
      script.append('*').append(table).append('\n');
      script.append(chains).append(rules).append(hooks).append(deletions).append("COMMIT\n");
    }
  }

  private static void declare(ChainKey chain, StringBuilder chains) {
    chains.append(':').append(chain.chain()).append(" - [0:0]\n");
  }
}
