package dev.sluice.local.kernel;

import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.local.lab.EchoServer;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.lab.Pod;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** A node with pods a, b and c, which answer at 8080 as themselves, and at 8081 as NAME-admin. */
final class PacketLab implements AutoCloseable {
  private final List<EchoServer> servers = new ArrayList<>();
  private final NodeLab lab;
  private final Pod a;
  private final Pod b;
  private final Pod c;

  private PacketLab(NodeLab lab) {
    this.lab = lab;
    a = serving("a");
    b = serving("b");
    c = serving("c");
  }

  static PacketLab create() {
    return new PacketLab(NodeLab.create());
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
    return programmed(flavour, cluster, IptablesOptions.DEFAULTS);
  }

  ProgrammedNode programmed(Flavour flavour, Cluster cluster, IptablesOptions options)
      throws IOException {
    ProgrammedNode node = new ProgrammedNode(lab.node(), flavour, options);
    node.program(cluster);
    return node;
  }

  /** Who asks, and where. */
  Asker client() {
    return new Asker(lab.client());
  }

  Asker node() {
    return new Asker(lab.node());
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
