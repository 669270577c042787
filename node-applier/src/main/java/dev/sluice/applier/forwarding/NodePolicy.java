package dev.sluice.applier.forwarding;

import java.util.List;
import java.util.Optional;

/**
 * What a node's flags and its Node object come to. Immutable.
 *
 * @param masqueradeAll whether all traffic to ClusterIPs is masqueraded
 * @param pods how this node's pods are told; other ClusterIP traffic is masqueraded
 * @param nodePorts which local addresses node ports are on
 */
public record NodePolicy(boolean masqueradeAll, LocalPods pods, NodePortAddresses nodePorts) {
  /** Before the Node object has been read. */
  public static final NodePolicy NOTHING_KNOWN =
      new NodePolicy(
          false,
          new LocalPods.InRanges(List.of()),
          new NodePortAddresses(Optional.of(List.of()), false));
}
