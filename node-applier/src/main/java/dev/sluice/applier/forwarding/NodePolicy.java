package dev.sluice.applier.forwarding;

/**
 * What a node's flags and its Node object come to. Immutable.
 *
 * @param masqueradeAll whether all traffic to ClusterIPs is masqueraded
 * @param pods how this node's pods are told; other ClusterIP traffic is masqueraded
 * @param nodePorts which local addresses node ports are on
 */
public record NodePolicy(boolean masqueradeAll, LocalPods pods, NodePortAddresses nodePorts) {}
