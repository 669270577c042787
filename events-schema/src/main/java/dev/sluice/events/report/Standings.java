package dev.sluice.events.report;

import dev.sluice.events.model.ServiceName;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * How the nodes stood at a moment. Every node that has a Node object or a report is in one of the
 * lists.
 *
 * @param revision of the log
 * @param live nodes that have a Node object and a report that is not too old, by name
 * @param apart all others, by name
 */
public record Standings(long revision, List<Live> live, List<Apart> apart) {
  public Standings {
    live = List.copyOf(live);
    apart = List.copyOf(apart);
  }

  /**
   * A node that is there.
   *
   * @param age how long ago its report was seen
   */
  public record Live(NodeReport report, Duration age) {}

  /**
   * A node that does not count.
   *
   * @param hasObject whether there is a Node object
   * @param reason in words
   */
  public record Apart(String node, boolean hasObject, String reason, Optional<NodeReport> report) {}

  /** The live nodes that do not have a revision yet. */
  public List<Live> behind(long wanted) {
    return live.stream().filter(node -> node.report().revision() < wanted).toList();
  }

  /**
   * Whether every live node has a revision. Where there is none that lives, nothing is known of any
   * node, and it has not.
   */
  public boolean reached(long wanted) {
    return !live.isEmpty() && live.stream().allMatch(node -> node.report().revision() >= wanted);
  }

  /** The live nodes whose kernel refuses, or may refuse, something of one of these Services. */
  public List<Live> refusing(Collection<ServiceName> services) {
    return live.stream()
        .filter(node -> services.stream().anyMatch(name -> refuses(node.report(), name)))
        .toList();
  }

  private static boolean refuses(NodeReport report, ServiceName name) {
    // by family: Service/shop/web IPv4
    String object = name.key() + " ";
    return report.health().moreErrors() > 0 // which may be any
        || report.health().errors().keySet().stream().anyMatch(key -> key.startsWith(object));
  }

  /** From change to kernel, over all live nodes. */
  public Latencies latencies() {
    return Latencies.sum(live.stream().map(node -> node.report().latencies()).toList());
  }
}
