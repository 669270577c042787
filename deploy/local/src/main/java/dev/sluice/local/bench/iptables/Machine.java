package dev.sluice.local.bench.iptables;

import dev.sluice.applier.iptables.Command;
import dev.sluice.applier.iptables.IptablesTools.Variant;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where something was measured. */
final class Machine {
  private Machine() {}

  /** Processors, kernel, tools, and how busy it is now, in one line. */
  static String describe(List<Variant> variants) throws IOException {
    List<String> parts = new ArrayList<>();
    parts.add(Runtime.getRuntime().availableProcessors() + " processors");
    parts.add(said("uname", "-srm"));
    for (Variant variant : variants) {
      parts.add(said("iptables-" + variant, "--version"));
    }
    parts.add("Java " + Runtime.version().feature());
    double busy = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    parts.add(String.format(Locale.ROOT, "load average %.1f at the start", busy));
    return String.join(", ", parts);
  }

  private static String said(String... words) throws IOException {
    return Command.HERE.run("", words).output().strip();
  }
}
