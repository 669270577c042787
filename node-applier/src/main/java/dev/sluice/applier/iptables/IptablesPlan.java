package dev.sluice.applier.iptables;

import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.IptablesKey.ChainKey;
import dev.sluice.applier.iptables.IptablesKey.HookKey;
import dev.sluice.applier.program.Plan;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDigest;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one family's tables would hold, without a kernel. Pure.
 *
 * @param program the objects
 */
public record IptablesPlan(IpFamily family, Program<IptablesKey, String> program) implements Plan {
  /** Plans for these Services, on a node whose tool knows {@code --random-fully}. */
  public static IptablesPlan of(
      IpFamily family,
      IptablesOptions options,
      NodePolicy policy,
      Map<ServiceName, List<VirtualServer>> servers) {
    return of(family, options, true, policy, servers);
  }

  /** Plans for these Services. */
  public static IptablesPlan of(
      IpFamily family,
      IptablesOptions options,
      boolean randomFully,
      NodePolicy policy,
      Map<ServiceName, List<VirtualServer>> servers) {
    IptablesCompiler compiler = new IptablesCompiler(family, options, randomFully);
    return new IptablesPlan(
        family, compiler.update(compiler.start(policy), policy, servers).program());
  }

  @Override
  public ProgramDigest digest() {
    return program.digest();
  }

  /** What the family's restore tool takes as it is; remarks are comments. */
  @Override
  public String text() {
    return "# %s: %d objects\n# digest: %s\n%s"
        .formatted(family, program.size(), program.digest(), RestoreScript.of(program));
  }

  /** What a family's restore tool takes to make a program. */
  public static String script(Program<IptablesKey, String> program) {
    return RestoreScript.of(program);
  }

  /** The same as a tree for JSON: by table the chains with their rules, and the hooks. */
  @Override
  public Map<String, Object> tree() {
    SortedMap<String, Object> tree = new TreeMap<>(tables(program));
    tree.put("family", family.toString());
    tree.put("digest", program.digest().toString());
    return tree;
  }

  /** A program as the part of a tree that is called {@code tables}. */
  public static Map<String, Object> tables(Program<IptablesKey, String> program) {
    SortedMap<String, Object> tables = new TreeMap<>();
    for (Table table : Table.values()) {
      SortedMap<String, List<String>> chains = new TreeMap<>();
      SortedMap<String, List<String>> hooks = new TreeMap<>();
      program
          .objects()
          .forEach(
              (key, lines) -> {
                if (key.table() == table) {
                  switch (key) {
                    case ChainKey chain -> chains.put(chain.chain(), lines.lines().toList());
                    case HookKey hook ->
                        hooks.merge(hook.chain(), lines.lines().toList(), IptablesPlan::joined);
                  }
                }
              });
      if (!chains.isEmpty() || !hooks.isEmpty()) {
        tables.put(table.toString(), Map.of("chains", chains, "hooks", hooks));
      }
    }
    return Map.of("tables", tables);
  }

  private static List<String> joined(List<String> some, List<String> more) {
    return java.util.stream.Stream.concat(some.stream(), more.stream()).sorted().toList();
  }
}
