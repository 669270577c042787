package dev.sluice.local.bench.traffic;

import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.lab.Pod;
import java.io.IOException;

/**
 * A client, a node, and one pod that has every endpoint's address, with a server that answers at
 * all of them.
 */
public final class BenchLab implements AutoCloseable {
  // each connection that is reset or closed by the server needs one more
  private static final String SOURCE_PORTS = "10000 65000";

  private final NodeLab lab;
  private final HttpResponder server;

  private BenchLab(NodeLab lab, HttpResponder server) {
    this.lab = lab;
    this.server = server;
  }

  /** Builds all, and starts the server. */
  public static BenchLab create() throws IOException {
    NodeLab lab = NodeLab.create();
    try {
      Pod pod = lab.addPod("endpoints");
      give(lab.node(), pod);
      lab.client().sysctl("net/ipv4/ip_local_port_range", SOURCE_PORTS);
      // without an answer, a connect fails after three seconds and not after two minutes
      lab.client().sysctl("net/ipv4/tcp_syn_retries", "1");
      return new BenchLab(lab, HttpResponder.start(pod.namespace(), Workload.ENDPOINT_PORT));
    } catch (IOException | RuntimeException | Error e) {
      lab.close();
      throw e;
    }
  }

  /** By one next hop: the node would have to ask for each address on the link otherwise. */
  private static void give(NetworkNamespace node, Pod pod) {
    ip(pod.namespace(), "-4 route add local " + Workload.ENDPOINTS_V4 + " dev lo");
    ip(pod.namespace(), "-6 route add local " + Workload.ENDPOINTS_V6 + " dev lo");
    String device = " dev " + pod.nodeInterface();
    String via4 = " via " + pod.ipv4().getHostAddress();
    String via6 = " via " + pod.ipv6().getHostAddress();
    ip(node, "-4 route add " + Workload.ENDPOINTS_V4 + via4 + device);
    ip(node, "-6 route add " + Workload.ENDPOINTS_V6 + via6 + device);
  }

  private static void ip(NetworkNamespace namespace, String arguments) {
    namespace.exec(("ip " + arguments).split(" ")).orThrow();
  }

  /** The node, which forwards nothing but by its routes yet. */
  public NetworkNamespace node() {
    return lab.node();
  }

  /** Who connects: its default route is the node. */
  public NetworkNamespace client() {
    return lab.client();
  }

  @Override
  public void close() {
    try (lab) {
      server.close();
    }
  }
}
