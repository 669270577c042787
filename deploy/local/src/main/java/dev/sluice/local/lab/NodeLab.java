package dev.sluice.local.lab;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A node, its pods, and a client outside, each a network namespace.
 *
 * <pre>
 *   pod 10.244.1.2, fd00:10:244:1::2 ── pod1 ┐
 *   pod 10.244.1.3, fd00:10:244:1::3 ── pod2 ┤ node ├ outside ── client 172.20.0.2, fd00:172:20::2
 *   control 172.21.0.2 ────────────── control ┘      172.20.0.1, fd00:172:20::1
 * </pre>
 *
 * <p>The node routes between its links and has {@link #POD_GATEWAY_V4} and {@link #POD_GATEWAY_V6}
 * on every pod's. The client's default route is the node, so whatever address a Service has, its
 * packets come by; the node's is the client, which forwards nothing. For one thread at a time.
 */
public final class NodeLab implements AutoCloseable {
  /** The node's pods. */
  public static final String POD_CIDR_V4 = "10.244.1.0/24";

  /** The node's pods. */
  public static final String POD_CIDR_V6 = "fd00:10:244:1::/64";

  /** Cluster IPs are taken from here. */
  public static final String SERVICE_CIDR_V4 = "10.96.0.0/16";

  /** Cluster IPs are taken from here. */
  public static final String SERVICE_CIDR_V6 = "fd00:10:96::/112";

  /** The node's address on the pods' links; what a masqueraded packet to a pod comes from. */
  public static final String POD_GATEWAY_V4 = "10.244.1.1";

  /** The node's address on the pods' links; what a masqueraded packet to a pod comes from. */
  public static final String POD_GATEWAY_V6 = "fd00:10:244:1::1";

  /** The node's InternalIP. */
  public static final String NODE_V4 = "172.20.0.1";

  /** The node's InternalIP. */
  public static final String NODE_V6 = "fd00:172:20::1";

  /** The client. */
  public static final String CLIENT_V4 = "172.20.0.2";

  /** The client. */
  public static final String CLIENT_V6 = "fd00:172:20::2";

  /** The namespace for broker and watcher. */
  public static final String CONTROL_V4 = "172.21.0.2";

  private final Deque<NetworkNamespace> namespaces = new ArrayDeque<>();
  private final List<Pod> pods = new ArrayList<>();
  private final NetworkNamespace node;
  private final NetworkNamespace client;

  private NodeLab() {
    try {
      node = open("node");
      forward();
      client = open("client");
      linkClient();
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * Builds node and client, without pods yet.
   *
   * @throws LabException if that fails; nothing is left behind
   */
  public static NodeLab create() {
    return new NodeLab();
  }

  private NetworkNamespace open(String role) {
    NetworkNamespace namespace = NetworkNamespace.create(role);
    namespaces.push(namespace);
    // Before any link exists: links take over what "default" says when they are made.
    for (String scope : List.of("all", "default")) {
      // The effective filter is the stricter of "all" and the link's, and would drop a hairpin.
      namespace.sysctl("net/ipv4/conf/" + scope + "/rp_filter", "0");
      // Without this, addresses can't be used for the first second.
      namespace.sysctl("net/ipv6/conf/" + scope + "/accept_dad", "0");
    }
    // A namespace starts with what the host has, and a host that forwards would make packets loop.
    namespace.sysctl("net/ipv4/ip_forward", "0");
    // The usual limits on refusals would leave the other probes of a series without an answer.
    // The masks name the ICMP types that are limited: none of IPv4, an unused one of IPv6.
    namespace.sysctl("net/ipv4/icmp_ratemask", "0");
    namespace.sysctl("net/ipv6/icmp/ratemask", "200");
    return namespace;
  }

  private void forward() {
    node.sysctl("net/ipv4/ip_forward", "1");
    node.sysctl("net/ipv6/conf/all/forwarding", "1");
    for (String scope : List.of("all", "default")) {
      // A hairpin leaves by the link it came from, which the node would comment on.
      node.sysctl("net/ipv4/conf/" + scope + "/send_redirects", "0");
    }
  }

  private void linkClient() {
    node.configure(
        "link add outside type veth peer name eth0 netns " + client.name(),
        "address add " + NODE_V4 + "/24 dev outside",
        "address add " + NODE_V6 + "/64 dev outside nodad",
        "link set outside up");
    client.configure(
        "address add " + CLIENT_V4 + "/24 dev eth0",
        "address add " + CLIENT_V6 + "/64 dev eth0 nodad",
        "link set eth0 up",
        "route add default via " + NODE_V4,
        "route add ::/0 via " + NODE_V6);
    // A node without a route can't even try to connect to a Service.
    node.configure("route add default via " + CLIENT_V4, "route add ::/0 via " + CLIENT_V6);
  }

  /**
   * Adds a pod with the node's next address of each family.
   *
   * @throws LabException if that fails, or after 253 pods
   */
  public Pod addPod(String name) {
    int number = pods.size() + 2;
    if (number > 254) {
      throw new LabException("no address left in " + POD_CIDR_V4);
    }
    return addPod(name, "10.244.1." + number, "fd00:10:244:1::" + Integer.toHexString(number));
  }

  /**
   * Adds a pod with the addresses given.
   *
   * @param addresses literals, one or more, which should lie within the node's pod CIDRs
   * @throws LabException if that fails
   */
  public Pod addPod(String name, String... addresses) {
    Pod pod =
        new Pod(
            name,
            open("pod"),
            List.of(addresses).stream().map(InetAddress::ofLiteral).toList(),
            "pod" + (pods.size() + 1));
    pods.add(pod);
    link(pod);
    return pod;
  }

  /** Point to point, as the ptp plugin of the CNI project does it: no bridge, a route a pod. */
  private void link(Pod pod) {
    String device = pod.nodeInterface();
    List<String> onNode = new ArrayList<>();
    onNode.add("link add " + device + " type veth peer name eth0 netns " + pod.namespace().name());
    onNode.add("address add " + POD_GATEWAY_V4 + "/32 dev " + device);
    onNode.add("address add " + POD_GATEWAY_V6 + "/128 dev " + device + " nodad");
    onNode.add("link set " + device + " up");
    List<String> inPod = new ArrayList<>(List.of("link set eth0 up"));
    for (InetAddress address : pod.addresses()) {
      String literal = address.getHostAddress();
      if (address instanceof Inet4Address) {
        inPod.add("address add " + literal + "/32 dev eth0");
        onNode.add("route add " + literal + "/32 dev " + device);
      } else {
        inPod.add("address add " + literal + "/128 dev eth0 nodad");
        onNode.add("route add " + literal + "/128 dev " + device);
      }
    }
    inPod.add("route add " + POD_GATEWAY_V4 + " dev eth0 scope link");
    inPod.add("route add default via " + POD_GATEWAY_V4 + " dev eth0");
    inPod.add("route add " + POD_GATEWAY_V6 + " dev eth0");
    inPod.add("route add ::/0 via " + POD_GATEWAY_V6 + " dev eth0");
    node.configure(onNode.toArray(String[]::new));
    pod.namespace().configure(inPod.toArray(String[]::new));
  }

  /**
   * Adds the namespace for broker and watcher, with {@link #CONTROL_V4}; once.
   *
   * @throws LabException if that fails, as it does the second time
   */
  public NetworkNamespace addControl() {
    NetworkNamespace control = open("control");
    node.configure(
        "link add control type veth peer name eth0 netns " + control.name(),
        "address add 172.21.0.1/24 dev control",
        "link set control up");
    control.configure(
        "address add " + CONTROL_V4 + "/24 dev eth0",
        "link set eth0 up",
        "route add default via 172.21.0.1");
    return control;
  }

  /** The node's namespace. */
  public NetworkNamespace node() {
    return node;
  }

  /** The outside client's namespace. */
  public NetworkNamespace client() {
    return client;
  }

  /** The pods, in the order they were added. */
  public List<Pod> pods() {
    return List.copyOf(pods);
  }

  /**
   * Removes everything, the latest first. Idempotent.
   *
   * @throws LabException if a namespace can't be removed; the others are, nevertheless
   */
  @Override
  public void close() {
    LabException failed = null;
    while (!namespaces.isEmpty()) {
      try {
        namespaces.pop().close();
      } catch (LabException e) {
        failed = e;
      }
    }
    if (failed != null) {
      throw failed;
    }
  }
}
