package dev.sluice.local.kernel;

import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.lab.OpenConnections.Repeater;
import dev.sluice.local.lab.Pod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** A node with pods a, b, c and d, the endpoints of spread.yaml, which repeat what they get. */
final class EchoLab implements AutoCloseable {
  static final int PORT = 8080;

  private final NodeLab lab = NodeLab.create();
  private final List<Repeater> repeaters = new ArrayList<>();

  static EchoLab create() throws IOException {
    EchoLab lab = new EchoLab();
    for (String name : List.of("a", "b", "c", "d")) {
      Pod pod = lab.lab.addPod(name);
      for (InetAddress address : pod.addresses()) {
        lab.repeaters.add(Repeater.start(pod, new InetSocketAddress(address, PORT)));
      }
    }
    return lab;
  }

  NetworkNamespace node() {
    return lab.node();
  }

  NetworkNamespace client() {
    return lab.client();
  }

  /** The first is a. */
  List<Pod> pods() {
    return lab.pods();
  }

  @Override
  public void close() throws IOException {
    for (Repeater repeater : repeaters) {
      repeater.close();
    }
    lab.close();
  }
}
