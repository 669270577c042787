package dev.sluice.applier.forwarding;

import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpAddress;
import java.util.List;
import java.util.Set;

/**
 * What becomes of packets on a node, as a function of the cluster's image, the node, its flags and
 * its addresses. Pure; any thread.
 *
 * <p>It stands on the same virtual servers as the kernel's rules, and walks a packet by them in the
 * order in which the rules do: Services' addresses, node ports, then what refuses and drops.
 */
public final class Evaluator {
  private final String nodeName;
  private final NodePolicy policy;
  private final Set<IpAddress> localAddresses;

  /**
   * @param nodeName the node that forwards
   * @param policy what its flags come to
   * @param localAddresses the addresses of its interfaces; loopback ones count anyhow
   */
  public Evaluator(String nodeName, NodePolicy policy, Set<IpAddress> localAddresses) {
    this.nodeName = nodeName;
    this.policy = policy;
    this.localAddresses = Set.copyOf(localAddresses);
  }

  /** What becomes of one packet. For many, {@link #over} does what they share once. */
  public Explanation explain(ClusterImage image, Packet packet) {
    return over(image).explain(packet);
  }

  /** Prepares for packets in this cluster, at the cost of all its Services. */
  public Prepared over(ClusterImage image) {
    ForwardingTable table = new ForwardingTable(nodeName);
    List<List<VirtualServer>> servers =
        image.services().stream().map(name -> table.virtualServers(image, name)).toList();
    return new Prepared(image, new FrontEnds(servers));
  }

  /** A cluster that packets can be asked about at little cost each. Immutable; any thread. */
  public final class Prepared {
    private final ClusterImage image;
    private final FrontEnds frontEnds;

    private Prepared(ClusterImage image, FrontEnds frontEnds) {
      this.image = image;
      this.frontEnds = frontEnds;
    }

    /** What becomes of a packet, and why. */
    public Explanation explain(Packet packet) {
      return new PacketWalk(Evaluator.this, image, frontEnds, packet).explain();
    }
  }

  NodePolicy policy() {
    return policy;
  }

  /** Why each endpoint of a front end may be used, or not. */
  List<ExplainedSlice> slices(ClusterImage image, VirtualServer server) {
    ServicePortName name = server.name();
    return ForwardingTable.selector(image, nodeName)
        .explain(image.slices(name.service()), name.port(), name.protocol(), server.family());
  }

  /** Whether an address is the node's own. */
  boolean isLocal(IpAddress address) {
    return address.isLoopback() || localAddresses.contains(address);
  }

  /** Whether an address is the node's own, and has node ports. */
  boolean hasNodePorts(IpAddress address) {
    return isLocal(address) && policy.nodePorts().contains(address);
  }

  /** Who has sent a packet, as far as rules can tell. */
  Step.Kind sender(Packet packet) {
    if (policy.pods().sent(packet)) {
      return Step.Kind.SENT_BY_POD;
    }
    return isLocal(packet.source()) ? Step.Kind.SENT_BY_NODE : Step.Kind.SENT_FROM_OUTSIDE;
  }
}
