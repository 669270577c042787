package dev.sluice.applier.iptables;

import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tools of one variant of iptables.
 *
 * @param variant which of the two kernel interfaces they use
 * @param randomFully whether MASQUERADE knows {@code --random-fully} (iptables 1.6.2 and later)
 */
public record IptablesTools(Variant variant, boolean randomFully, Command command) {
  private static final Pattern VERSION = Pattern.compile("v(\\d+)\\.(\\d+)\\.(\\d+)");
  private static final int[] RANDOM_FULLY_SINCE = {1, 6, 2};

  /** The two kernel interfaces behind the same command line. */
  public enum Variant {
    LEGACY,
    NFT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Finds the tools.
   *
   * @param wanted the variant to use; empty: the one that this node's kubelet or others use
   *     already, else what plain {@code iptables} is
   * @throws IOException naming what is missing
   */
  public static IptablesTools find(Optional<Variant> wanted, Command command) throws IOException {
    Variant variant = wanted.isPresent() ? wanted.get() : inUse(command);
    Command.Result version = run(command, "iptables-" + variant, "--version");
    if (!version.ok()) {
      throw new IOException("iptables-" + variant + " --version: " + version.reason());
    }
    return new IptablesTools(variant, hasRandomFully(version.output()), command);
  }

  /** What tells soon that tables were flushed; only of tools that are run where this process is. */
  FlushSign flushSign() {
    return command.equals(Command.HERE) ? FlushSign.of(variant) : FlushSign.none();
  }

  /** Lists all rules of all tables that there are, line by line. */
  void save(IpFamily family, Consumer<String> line) throws IOException {
    String tool = tool(family, "save");
    Command.Result result;
    try {
      result = command.lines(line, tool);
    } catch (IOException e) {
      throw cantRun(tool, e);
    }
    if (!result.ok()) {
      throw new IOException(tool + ": " + result.reason());
    }
  }

  /** Carries out a script in one commit a table, leaving alone what it does not name. */
  Command.Result restore(IpFamily family, Command.Input script) throws IOException {
    // waits for the lock that all users of legacy tables share, at most so many seconds
    return command.run(script, tool(family, "restore"), "--noflush", "-w", "5");
  }

  private String tool(IpFamily family, String what) {
    String base = family == IpFamily.IPV4 ? "iptables" : "ip6tables";
    return base + "-" + variant + "-" + what;
  }

  /** Whether a version as the tool prints it ({@code iptables v1.8.9 (legacy)}) is late enough. */
  static boolean hasRandomFully(String version) {
    Matcher matcher = VERSION.matcher(version);
    if (!matcher.find()) {
      return false;
    }
    int[] numbers = new int[3];
    for (int i = 0; i < 3; i++) {
      numbers[i] = Integer.parseInt(matcher.group(i + 1));
    }
    return Arrays.compare(numbers, RANDOM_FULLY_SINCE) >= 0;
  }

  private static Variant inUse(Command command) throws IOException {
    // kubelet leaves these chains as a hint (kubernetes/enhancements, KEP-3178)
    for (Variant variant : new Variant[] {Variant.NFT, Variant.LEGACY}) {
      Command.Result mangle = run(command, "iptables-" + variant + "-save", "-t", "mangle");
      if (mangle.output().contains(":KUBE-IPTABLES-HINT ")
          || mangle.output().contains(":KUBE-KUBELET-CANARY ")) {
        return variant;
      }
    }
    Command.Result version = run(command, "iptables", "--version");
    return version.output().contains("legacy") ? Variant.LEGACY : Variant.NFT;
  }

  private static Command.Result run(Command command, String... words) throws IOException {
    try {
      return command.run("", words);
    } catch (IOException e) {
      throw cantRun(words[0], e);
    }
  }

  private static IOException cantRun(String tool, IOException e) {
    return new IOException(
        tool + " can't be run: " + e.getMessage() + " (Debian package: iptables)", e);
  }
}
