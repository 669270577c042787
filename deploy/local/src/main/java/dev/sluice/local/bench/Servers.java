package dev.sluice.local.bench;

import dev.sluice.events.model.IpAddress;
import dev.sluice.local.lab.EchoServer;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.lab.Pod;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** At every address of one pod, two servers that tell which of the two they are. */
final class Servers implements AutoCloseable {
  /** Where the first and the second server listen. */
  static final int[] PORTS = {8001, 8002};

  private final Deque<EchoServer> running = new ArrayDeque<>();

  private Servers() {}

  /** What the first (0) or second (1) server answers with. */
  static String name(int number) {
    return number == 0 ? "A" : "B";
  }

  /** Adds the pod and starts its servers. */
  static Servers start(NodeLab lab, List<IpAddress> addresses) {
    Pod pod =
        lab.addPod("measured", addresses.stream().map(IpAddress::toString).toArray(String[]::new));
    Servers servers = new Servers();
    try {
      for (InetAddress address : pod.addresses()) {
        for (int i = 0; i < PORTS.length; i++) {
          servers.running.push(EchoServer.start(pod.namespace(), name(i), address, PORTS[i]));
        }
      }
      return servers;
    } catch (RuntimeException | Error e) {
      servers.close();
      throw e;
    }
  }

  @Override
  public void close() {
    while (!running.isEmpty()) {
      running.pop().close();
    }
  }
}
