package dev.sluice.applier.forwarding;

import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.NodeAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What shapes forwarding on a node besides the cluster's objects: the flags that kube-proxy has
 * too. Immutable.
 *
 * @param masqueradeAll whether all traffic to ClusterIPs is masqueraded
 * @param detectLocal how this node's pods are told from others
 * @param nodePorts which local addresses node ports are on
 * @param localhostNodePorts whether they are on 127.0.0.0/8 too, where {@code nodePorts} has it
 */
public record NodeConfig(
    boolean masqueradeAll,
    DetectLocal detectLocal,
    NodePorts nodePorts,
    boolean localhostNodePorts) {
  /** What kube-proxy does unless told otherwise, without a range for pods. */
  public static final NodeConfig DEFAULTS =
      new NodeConfig(false, new DetectLocal.ClusterCidrs(List.of()), new NodePorts.All(), true);

  /** How to tell that a packet comes from a pod. */
  public sealed interface DetectLocal {
    /**
     * From where it comes: any pod of the cluster.
     *
     * @param ranges at most one of a family; none: there is no way to tell
     */
    record ClusterCidrs(List<Cidr> ranges) implements DetectLocal {
      public ClusterCidrs {
        ranges = List.copyOf(ranges);
        if (ranges.stream().map(Cidr::family).distinct().count() < ranges.size()) {
          throw new IllegalArgumentException("cluster CIDRs " + ranges + ": one of a family");
        }
      }
    }

    /** From where it comes: the Node's podCIDRs. */
    record NodeCidrs() implements DetectLocal {}

    /** By which interface it comes: pods are behind this bridge. */
    record BridgeInterface(String name) implements DetectLocal {
      public BridgeInterface {
        LocalPods.checkInterface(name);
      }
    }

    /** By which interface it comes: names of the pods' begin so. */
    record InterfaceNamePrefix(String prefix) implements DetectLocal {
      public InterfaceNamePrefix {
        LocalPods.checkInterface(prefix);
      }
    }
  }

  /** Which of a node's addresses have node ports. */
  public sealed interface NodePorts {
    /** Every local address. */
    record All() implements NodePorts {}

    /**
     * Local addresses in these ranges.
     *
     * @param ranges at least one; a family without any has no node ports
     */
    record InRanges(List<Cidr> ranges) implements NodePorts {
      public InRanges {
        ranges = List.copyOf(ranges);
        if (ranges.isEmpty()) {
          throw new IllegalArgumentException("no range for node ports");
        }
      }
    }

    /** The Node's first InternalIP of each family; where there is none, its first ExternalIP. */
    record Primary() implements NodePorts {}
  }

  /** The same, where 127.0.0.0/8 has node ports or has not. */
  public NodeConfig withLocalhostNodePorts(boolean localhost) {
    return new NodeConfig(masqueradeAll, detectLocal, nodePorts, localhost);
  }

  /** What these flags come to on a node. */
  public NodePolicy on(Node node) {
    Optional<List<Cidr>> ranges =
        switch (nodePorts) {
          case NodePorts.All() -> Optional.empty();
          case NodePorts.InRanges(List<Cidr> given) -> Optional.of(given);
          case NodePorts.Primary() -> Optional.of(primary(node));
        };
    return new NodePolicy(
        masqueradeAll, localPods(node), new NodePortAddresses(ranges, localhostNodePorts));
  }

  /** What of the Node these flags can't do without, and it lacks, in words. */
  public Optional<String> missing(Node node) {
    return detectLocal instanceof DetectLocal.NodeCidrs && node.podCidrs().isEmpty()
        ? Optional.of("Node/" + node.name() + " has no podCIDRs")
        : Optional.empty();
  }

  private LocalPods localPods(Node node) {
    return switch (detectLocal) {
      case DetectLocal.ClusterCidrs(List<Cidr> ranges) -> new LocalPods.InRanges(ranges);
      case DetectLocal.NodeCidrs() -> new LocalPods.InRanges(firstOfEachFamily(node.podCidrs()));
      case DetectLocal.BridgeInterface(String name) -> new LocalPods.BehindInterface(name);
      case DetectLocal.InterfaceNamePrefix(String prefix) -> new LocalPods.BehindInterfaces(prefix);
    };
  }

  private static List<Cidr> primary(Node node) {
    List<Cidr> addresses = new ArrayList<>();
    for (NodeAddress.Type type : NodeAddress.Type.values()) {
      node.addresses().stream()
          .filter(address -> address.type() == type)
          .map(address -> Cidr.of(address.address()))
          .forEach(addresses::add);
    }
    return firstOfEachFamily(addresses);
  }

  private static List<Cidr> firstOfEachFamily(List<Cidr> ranges) {
    List<Cidr> first = new ArrayList<>();
    for (IpFamily family : IpFamily.values()) {
      ranges.stream().filter(range -> range.family() == family).findFirst().ifPresent(first::add);
    }
    return first;
  }
}
