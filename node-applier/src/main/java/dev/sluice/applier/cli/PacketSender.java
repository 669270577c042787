package dev.sluice.applier.cli;

import dev.sluice.applier.forwarding.LocalPods;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.NodeAddress;
import java.util.Optional;
import java.util.Set;

/**
 * Who sends a packet.
 *
 * @param inInterface what it comes in by; empty: the node itself sends it
 * @param text the sender in words
 */
record PacketSender(IpAddress source, Optional<String> inInterface, String text) {
  /** Interfaces of which nothing is known are called so: no pod's is. */
  private static final String SOME_INTERFACE = "-";

  /** In ranges kept for benchmarks (RFC 2544, RFC 5180), so that no cluster has it. */
  static PacketSender outside(IpFamily family, Optional<String> inInterface) {
    IpAddress source = IpAddress.parse(family == IpFamily.IPV4 ? "198.18.0.1" : "2001:2::1");
    return new PacketSender(
        source,
        Optional.of(inInterface.orElse(SOME_INTERFACE)),
        "from a client outside (" + source + ")");
  }

  /**
   * By the address that its kernel would choose, as far as that can be told: what it sends to
   * itself comes from where it goes to, and else from the Node's first address of the family.
   *
   * @param local the node's addresses; loopback ones count anyhow
   */
  static PacketSender node(Node node, IpAddress destination, Set<IpAddress> local) {
    IpFamily family = destination.family();
    IpAddress loopback = IpAddress.parse(family == IpFamily.IPV4 ? "127.0.0.1" : "::1");
    IpAddress source =
        isOwn(destination, local)
            ? destination
            : node.addresses().stream()
                .map(NodeAddress::address)
                .filter(address -> address.family() == family)
                .findFirst()
                .orElse(loopback);
    return itself(source);
  }

  /**
   * Whoever has an address: the node itself, one of its pods, or somebody else.
   *
   * @param local the node's addresses; loopback ones count anyhow
   * @param inInterface what it comes in by; empty: what follows from the address
   */
  static PacketSender at(
      IpAddress source,
      String nodeName,
      ClusterImage image,
      LocalPods pods,
      Set<IpAddress> local,
      Optional<String> inInterface) {
    if (isOwn(source, local) && inInterface.isEmpty()) {
      return itself(source);
    }
    String by =
        inInterface.orElseGet(
            () -> isPodHere(source, nodeName, image) ? podInterface(pods) : SOME_INTERFACE);
    return new PacketSender(source, Optional.of(by), "from " + source);
  }

  private static PacketSender itself(IpAddress source) {
    return new PacketSender(source, Optional.empty(), "from the node itself (" + source + ")");
  }

  private static boolean isOwn(IpAddress address, Set<IpAddress> local) {
    return address.isLoopback() || local.contains(address);
  }

  private static boolean isPodHere(IpAddress source, String nodeName, ClusterImage image) {
    return image.services().stream()
        .flatMap(name -> image.slices(name).stream())
        .flatMap(slice -> slice.endpoints().stream())
        .anyMatch(one -> one.address().equals(source) && one.nodeName().equals(nodeName));
  }

  private static String podInterface(LocalPods pods) {
    return switch (pods) {
      case LocalPods.InRanges _ -> SOME_INTERFACE;
      case LocalPods.BehindInterface(String name) -> name;
      case LocalPods.BehindInterfaces(String prefix) -> prefix;
    };
  }
}
