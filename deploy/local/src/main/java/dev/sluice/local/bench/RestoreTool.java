package dev.sluice.local.bench;

import dev.sluice.applier.iptables.Command;
import dev.sluice.applier.iptables.IptablesTools.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The restore tool alone, given the same chain that a change rewrites: what no program that uses it
 * can be faster than. For threads in the node's namespace.
 */
final class RestoreTool {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final Command command;
  private final String tool;
  private final String script;
  private final String port;

  /**
   * @param address an endpoint's that stands in one chain only, all of whose endpoints have its
   *     port
   * @param port the endpoint's port as the kernel has it now
   */
  RestoreTool(Variant variant, Path work, String address, int port) throws IOException {
    this.port = ":" + port + "\n";
    command = new Command(List.of("env", "XTABLES_LOCKFILE=" + work + "/xtables.lock"), LIMIT);
    tool = "iptables-" + variant + "-restore";
    script =
        rewriteOfChain(run("", "iptables-" + variant + "-save", "-t", "nat"), address + ":" + port);
  }

  private static String rewriteOfChain(String saved, String destination) {
    String target = "-j DNAT --to-destination " + destination;
    String chain =
        saved
            .lines()
            .filter(line -> line.startsWith("-A ") && line.endsWith(target))
            .map(line -> line.split(" ", 3)[1])
            .findFirst()
            .orElseThrow(() -> new BenchException("no rule ends in " + target));
    List<String> rules =
        saved.lines().filter(line -> line.startsWith("-A " + chain + " ")).toList();
    return "*nat\n:%s - [0:0]\n%s\nCOMMIT\n".formatted(chain, String.join("\n", rules));
  }

  /**
   * Writes the chain once, and waits until the tool has ended.
   *
   * @param endpointPort what all its endpoints get
   * @return when the tool was started, as {@link System#nanoTime} gives it
   */
  long write(int endpointPort) throws IOException {
    String input = script.replace(port, ":" + endpointPort + "\n");
    long start = System.nanoTime();
    run(input, tool, "--noflush", "-w", "5");
    return start;
  }

  private String run(String input, String... words) throws IOException {
    Command.Result result = command.run(input, words);
    if (!result.ok()) {
      throw new BenchException(words[0] + ": " + result.reason());
    }
    return result.output();
  }
}
