package dev.sluice.local.bench.iptables;

import dev.sluice.applier.iptables.Command;
import dev.sluice.applier.iptables.IptablesTools.Variant;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Where something was measured. */
final class Machine {
  private Machine() {}

  /** Processors, kernel and tools in one line. */
  static String describe(List<Variant> variants) throws IOException {
    List<String> parts = new ArrayList<>();
    parts.add(Runtime.getRuntime().availableProcessors() + " processors");
    parts.add(said("uname", "-srm"));
    for (Variant variant : variants) {
      parts.add(said("iptables-" + variant, "--version"));
    }
    parts.add("Java " + Runtime.version().feature());
    return String.join(", ", parts);
  }

  private static String said(String... words) throws IOException {
    return Command.HERE.run("", words).output().strip();
  }
}
