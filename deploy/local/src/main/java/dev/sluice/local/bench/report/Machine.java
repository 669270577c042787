package dev.sluice.local.bench.report;

import dev.sluice.applier.iptables.Command;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where something was measured. */
public final class Machine {
  /** In a guest: how busy its host was, as proc(5) has it. */
  private static final String HOST_LOAD = "SLUICE_HOST_LOAD";

  private Machine() {}

  /**
   * Processors, kernel, tools, and how busy it is now, in one line.
   *
   * @param tools that tell their version
   */
  public static String describe(List<String> tools) throws IOException {
    List<String> parts = new ArrayList<>();
    int processors = Runtime.getRuntime().availableProcessors();
    parts.add(processors + (processors == 1 ? " processor" : " processors"));
    parts.add(said("uname", "-srm"));
    for (String tool : tools) {
      parts.add(said(tool, "--version"));
    }
    parts.add("Java " + Runtime.version().feature());
    parts.add(load());
    return String.join(", ", parts);
  }

  private static String load() {
    Optional<String> host = Optional.ofNullable(System.getenv(HOST_LOAD));
    if (host.isPresent()) {
      return "load average of the host %s at the start".formatted(host.get().split(" ", 2)[0]);
    }
    double busy = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return String.format(Locale.ROOT, "load average %.1f at the start", busy);
  }

  private static String said(String... words) throws IOException {
    return Command.HERE.run("", words).output().strip();
  }
}
