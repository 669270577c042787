package dev.sluice.local.bench.traffic;

import dev.sluice.applier.iptables.Command;
import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.local.bench.BenchException;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The rules that a node of the lab has, asked of the kernel and not of who has written them.
 *
 * @param work where a lock file may be
 */
public record NodeRules(NetworkNamespace node, Variant variant, Path work) {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String TARGET = " --to-destination ";

  /**
   * All addresses with ports that IPv4 packets are sent on to.
   *
   * @throws BenchException if the tool fails
   */
  public Set<String> destinations() throws IOException {
    Set<String> found = new HashSet<>();
    Command.Result result =
        node.<Command.Result, IOException>call(
            () ->
                new Command(List.of(), LIMIT)
                    .lines(
                        line -> {
                          int target = line.indexOf(TARGET);
                          if (target >= 0) {
                            found.add(line.substring(target + TARGET.length()).split(" ", 2)[0]);
                          }
                        },
                        "iptables-" + variant + "-save",
                        "-t",
                        "nat"));
    if (!result.ok()) {
      throw new BenchException("the rules can't be listed: " + result.reason());
    }
    return found;
  }

  /**
   * Does nothing if packets are sent on to so many.
   *
   * @throws BenchException otherwise
   */
  public void checkDestinations(int number) throws IOException {
    int found = destinations().size();
    if (found != number) {
      throw new BenchException(
          "the kernel sends packets on to %d endpoints, not to %d".formatted(found, number));
    }
  }

  /** Removes all rules of both families, whoever's they are: the node is nobody else's. */
  public void remove() throws IOException {
    String nothing = "*nat\nCOMMIT\n*filter\nCOMMIT\n*mangle\nCOMMIT\n";
    for (String tool : List.of("iptables-", "ip6tables-")) {
      long _ =
          new TimedTool(List.of(tool + variant + "-restore", "-w", "5"), work)
              .runToEnd(node, nothing, LIMIT);
    }
  }
}
