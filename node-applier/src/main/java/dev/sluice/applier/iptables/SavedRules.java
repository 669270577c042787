package dev.sluice.applier.iptables;

import dev.sluice.applier.iptables.IptablesKey.ChainKey;
import dev.sluice.applier.iptables.IptablesKey.HookKey;
import dev.sluice.applier.program.Program;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds in what iptables-save prints all that is ours. Takes the lines one by one, since a listing
 * may have hundreds of thousands. Pure; for one thread.
 */
public final class SavedRules {
  /** Others may jump to our chains from chains of theirs; those rules are not ours. */
  private static final Set<String> BUILT_IN =
      Set.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING");

  private final Program<IptablesKey, String> expected;
  private final Map<IptablesKey, String> found = new HashMap<>();
  private final Map<String, ChainKey> declared = new HashMap<>();
  private final StringBuilder lines = new StringBuilder();
  private Optional<Table> table = Optional.empty();
  private Optional<ChainKey> open = Optional.empty();
  private String prefix = "-A ";
  private Optional<String> unknown = Optional.empty();

  /**
   * @param expected what the listing is thought to hold, or much of it: where it does, its objects
   *     are taken, so that a large table is not held twice
   */
  public SavedRules(Program<IptablesKey, String> expected) {
    this.expected = expected;
  }

  /**
   * Parses a whole listing of any tables; only ours matter.
   *
   * @param listing the tool's output
   * @throws IllegalArgumentException if it is no listing
   */
  public static Program<IptablesKey, String> parse(String listing) {
    SavedRules rules = new SavedRules(Program.empty());
    listing.lines().forEach(rules::line);
    return rules.program();
  }

  /** Takes the next line of a listing. */
  public void line(String line) {
    if (open.isPresent() && line.startsWith(prefix)) {
      lines.append(line).append('\n');
      return;
    }
    endChain();
    if (line.startsWith("*")) {
      table = Table.named(line.substring(1));
      declared.clear();
    } else if (line.startsWith(":")) {
      String chain = word(line, 1);
      table
          .filter(_ -> ChainNames.ours(chain))
          .map(t -> new ChainKey(t, chain))
          .ifPresent(this::declare);
    } else if (line.startsWith("-A ")) {
      table.ifPresent(t -> rule(t, line));
    } else if (!line.isEmpty() && !line.startsWith("#") && !line.equals("COMMIT")) {
      unknown = unknown.or(() -> Optional.of(line));
    }
  }

  /**
   * What all the lines so far say.
   *
   * @throws IllegalArgumentException if one of them is no line of a listing
   */
  public Program<IptablesKey, String> program() {
    endChain();
    unknown.ifPresent(
        line -> {
          throw new IllegalArgumentException("no line of a listing: \"" + line + "\"");
        });
    Program<IptablesKey, String> program = expected;
    for (IptablesKey key : expected.objects().keySet()) {
      if (!found.containsKey(key)) {
        program = program.minus(key);
      }
    }
    for (Map.Entry<IptablesKey, String> object : found.entrySet()) {
      program = program.plus(object.getKey(), object.getValue());
    }
    return program;
  }

  private void declare(ChainKey chain) {
    declared.put(chain.chain(), chain);
    found.put(chain, "");
  }

  private void rule(Table in, String line) {
    String chain = word(line, 3);
    open = Optional.ofNullable(declared.get(chain));
    if (open.isPresent()) {
      prefix = "-A " + chain + " ";
      // the tools list a chain's rules in one go, but nothing says that they must
      lines.append(found.getOrDefault(open.get(), "")).append(line).append('\n');
      return;
    }
    int jump = line.lastIndexOf(" -j ");
    if (jump >= 0 && ChainNames.ours(word(line, jump + 4)) && BUILT_IN.contains(chain)) {
      String rule = line.substring(3 + chain.length() + 1);
      int copy = 1;
      while (found.putIfAbsent(new HookKey(in, chain, rule, copy), line + "\n") != null) {
        copy++;
      }
    }
  }

  private void endChain() {
    open.ifPresent(
        chain -> {
          String text = lines.toString();
          found.put(chain, expected.get(chain).filter(text::equals).orElse(text));
        });
    open = Optional.empty();
    lines.setLength(0);
  }

  private static String word(String line, int from) {
    int end = line.indexOf(' ', from);
    return end < 0 ? line.substring(from) : line.substring(from, end);
  }
}
