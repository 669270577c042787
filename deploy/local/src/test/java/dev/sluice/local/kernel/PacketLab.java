package dev.sluice.local.kernel;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.local.lab.EchoServer;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.lab.Pod;
import dev.sluice.local.lab.Probe;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A node with pods a, b and c, which answer at 8080 as themselves, and at 8081 as NAME-admin. */
final class PacketLab implements AutoCloseable {
  private final List<EchoServer> servers = new ArrayList<>();
  private final NodeLab lab;
  private final Pod a;
  private final Pod b;
  private final Pod c;

  private PacketLab(NodeLab lab) {
    this.lab = lab;
    addClientAddresses();
    a = serving("a");
    b = serving("b");
    c = serving("c");
  }

  static PacketLab create() {
    return new PacketLab(NodeLab.create());
  }

  /** Ranges that are the client's as a whole, to which the node's default route leads. */
  private void addClientAddresses() {
    NetworkNamespace client = lab.client();
    client.exec("ip", "route", "add", "local", "172.20.1.0/24", "dev", "lo").orThrow();
    client.exec("ip", "-6", "route", "add", "local", "fd00:172:20:1::/64", "dev", "lo").orThrow();
    client.sysctl("net/ipv6/ip_nonlocal_bind", "1");
    // The node's link address is asked for from an address of the link, or else from the link-local
    // one, which a link that has just been made has not got yet: so ask now.
    Probe.tcp(client, NodeLab.NODE_V6, 9).ask();
  }

  private Pod serving(String name) {
    Pod pod = lab.addPod(name);
    for (InetAddress address : pod.addresses()) {
      servers.add(EchoServer.start(pod, address, 8080));
      servers.add(EchoServer.start(pod.namespace(), name + "-admin", address, 8081));
    }
    return pod;
  }

  /** A node that forwards what a cluster says; close it before the next. */
  ProgrammedNode programmed(Flavour flavour, Cluster cluster) throws IOException {
    return programmed(flavour, cluster, NodeConfig.DEFAULTS);
  }

  ProgrammedNode programmed(Flavour flavour, Cluster cluster, NodeConfig config)
      throws IOException {
    return programmed(flavour, cluster, config, IptablesOptions.DEFAULTS);
  }

  ProgrammedNode programmed(
      Flavour flavour, Cluster cluster, NodeConfig config, IptablesOptions options)
      throws IOException {
    ProgrammedNode node = new ProgrammedNode(lab.node(), flavour, config, options);
    node.program(cluster);
    return node;
  }

  /** Who asks, and where. */
  Asker client() {
    return new Asker(lab.client());
  }

  /**
   * The client with another address than {@link Flavour#client}.
   *
   * @param number 1 to 254
   */
  Asker otherClient(Flavour flavour, int number) {
    return new Asker(lab.client(), Optional.of(flavour.otherClient(number)));
  }

  Asker node() {
    return new Asker(lab.node());
  }

  /** The pod of that name. */
  Pod pod(String name) {
    return lab.pods().stream().filter(pod -> pod.name().equals(name)).findFirst().orElseThrow();
  }

  Asker pod(Pod pod) {
    return new Asker(pod.namespace());
  }

  NodeLab network() {
    return lab;
  }

  Pod a() {
    return a;
  }

  Pod b() {
    return b;
  }

  Pod c() {
    return c;
  }

  @Override
  public void close() {
    servers.forEach(EchoServer::close);
    lab.close();
  }
}
