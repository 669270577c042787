package dev.sluice.applier.forwarding;

import dev.sluice.applier.cli.TestClusters;
import dev.sluice.applier.forwarding.Outcome.Forwarded;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Protocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Asks what node-1 makes of packets in the cluster of explained.yaml. */
record Asked(NodePolicy policy, ClusterImage image) {
  static final String OUTSIDE = "198.18.5.5";
  static final String POD = "10.244.1.77";
  static final String NODE = "192.0.2.11";
  static final Optional<String> BY_ETH0 = Optional.of("eth0");
  static final Optional<String> SENT_HERE = Optional.empty();

  private static final NodePortAddresses EVERYWHERE = new NodePortAddresses(Optional.empty(), true);

  /** Pods are told by their addresses, node ports are on all of the node's. */
  static final Asked DEFAULT =
      of(false, new LocalPods.InRanges(List.of(Cidr.parse("10.244.0.0/16"))), EVERYWHERE);

  static final Asked PODS_UNKNOWN = of(false, new LocalPods.InRanges(List.of()), EVERYWHERE);

  static final Asked MASQUERADE_ALL =
      of(true, new LocalPods.InRanges(List.of(Cidr.parse("10.244.0.0/16"))), EVERYWHERE);

  static Asked with(LocalPods pods) {
    return of(false, pods, EVERYWHERE);
  }

  static Asked with(NodePortAddresses nodePorts) {
    return of(false, new LocalPods.InRanges(List.of()), nodePorts);
  }

  private static Asked of(boolean masqueradeAll, LocalPods pods, NodePortAddresses nodePorts) {
    Path cluster = Path.of("src/test/resources/clusters/explained.yaml");
    try {
      return new Asked(
          new NodePolicy(masqueradeAll, pods, nodePorts),
          TestClusters.parse(Files.readString(cluster)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A TCP packet to {@code address:port}; one from the node's own address is sent by the node. */
  Explanation tcp(String source, String destination) {
    return ask(source, destination, Protocol.TCP, source.equals(NODE) ? SENT_HERE : BY_ETH0);
  }

  Explanation ask(String source, String destination, Protocol protocol, Optional<String> by) {
    int colon = destination.lastIndexOf(':');
    String address = destination.substring(0, colon).replace("[", "").replace("]", "");
    Packet packet =
        new Packet(
            IpAddress.parse(source),
            IpAddress.parse(address),
            Integer.parseInt(destination.substring(colon + 1)),
            protocol,
            by);
    Set<IpAddress> local =
        Set.of(
            IpAddress.parse(NODE),
            IpAddress.parse("203.0.113.9"),
            IpAddress.parse("10.244.1.254"),
            IpAddress.parse("2001:db8::11"));
    return new Evaluator("node-1", policy, local).explain(image, packet);
  }

  /** Where it goes, such as {@code 10.0.0.1:80 masqueraded}; none unless it is forwarded. */
  static List<String> targets(Explanation explanation) {
    return explanation.outcome() instanceof Forwarded(List<Target> targets)
        ? targets.stream()
            .map(t -> t.address() + ":" + t.port() + (t.masqueraded() ? " masqueraded" : ""))
            .toList()
        : List.of();
  }

  static List<Step.Kind> kinds(Explanation explanation) {
    return explanation.steps().stream().map(Step::kind).toList();
  }

  /** What the steps of these kinds say. */
  static String text(Explanation explanation, Step.Kind... kinds) {
    return String.join(
        "; ",
        explanation.steps().stream()
            .filter(step -> Arrays.asList(kinds).contains(step.kind()))
            .map(Step::text)
            .toList());
  }
}
