package dev.sluice.local.conntrack;

import dev.sluice.local.lab.EchoServer;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.lab.Pod;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** A node with pods a and b, which answer at 5353 as themselves. */
final class UdpLab implements AutoCloseable {
  static final int PORT = 5353;

  private final NodeLab lab = NodeLab.create();
  private final List<EchoServer> servers = new ArrayList<>();
  private final Pod a = serving("a");
  private final Pod b = serving("b");

  private Pod serving(String name) {
    Pod pod = lab.addPod(name);
    for (InetAddress address : pod.addresses()) {
      servers.add(EchoServer.start(pod, address, PORT));
    }
    return pod;
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

  @Override
  public void close() {
    servers.forEach(EchoServer::close);
    lab.close();
  }
}
