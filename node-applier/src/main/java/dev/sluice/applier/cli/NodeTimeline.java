package dev.sluice.applier.cli;

import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A node along a series of images: what it forwards goes from each to a target, at the cost of the
 * change. Owned by one thread.
 */
final class NodeTimeline {
  private final String nodeName;
  private final NodeConfig config;
  private final Function<Node, Set<IpAddress>> addresses;
  private final ForwardingTable forwarding;
  private final ProgramTarget target;
  private ClusterImage image = ClusterImage.EMPTY;
  private NodePolicy policy = NodePolicy.NOTHING_KNOWN;
  private Set<IpAddress> own = Set.of();

  /**
   * @param addresses those of the node's interfaces
   */
  NodeTimeline(
      String nodeName,
      NodeConfig config,
      Function<Node, Set<IpAddress>> addresses,
      ProgramTarget target) {
    this.nodeName = nodeName;
    this.config = config;
    this.addresses = addresses;
    forwarding = new ForwardingTable(nodeName);
    this.target = target;
  }

  /** The image that the target has by now. */
  ClusterImage image() {
    return image;
  }

  /**
   * Goes to another image, whatever differs.
   *
   * @throws IOException if the target can't take it
   */
  List<ProgramTarget.Programmed> jump(ClusterImage next) throws IOException, InterruptedException {
    Set<ServiceName> all = new HashSet<>(image.services());
    all.addAll(next.services());
    return advance(next, all);
  }

  /**
   * Goes on by one change.
   *
   * @throws IOException if the target can't take it
   */
  List<ProgramTarget.Programmed> replay(Change change) throws IOException, InterruptedException {
    ClusterDelta delta = new ClusterDelta(image);
    delta.replay(new ObjectState(change.key(), change.revision(), change.after()));
    ClusterImage next = delta.apply();
    return advance(next, forwarding.touched(delta, next));
  }

  private List<ProgramTarget.Programmed> advance(ClusterImage next, Set<ServiceName> touched)
      throws IOException, InterruptedException {
    image = next;
    // a node goes on forwarding as it did when its object is deleted
    policy = next.node(nodeName).map(config::on).orElse(policy);
    own = next.node(nodeName).map(addresses).orElse(own);
    return target.advance(policy, own, forwarding.virtualServers(next, touched));
  }
}
