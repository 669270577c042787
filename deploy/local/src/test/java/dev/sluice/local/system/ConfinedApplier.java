package dev.sluice.local.system;

import dev.sluice.local.lab.EchoServer;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.lab.Pod;
import dev.sluice.local.lab.Probe;
import dev.sluice.local.lab.ProbeResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** An applier that may do little, on a node with a pod and a client outside. */
final class ConfinedApplier implements AutoCloseable {
  private static final int POD_PORT = 8080;

  private final NodeLab lab;
  private final Relay relay;
  private final String servers;
  private final String cluster;

  private ConfinedApplier(NodeLab lab, Relay relay, TestLog log) {
    this.lab = lab;
    this.relay = relay;
    servers = log.kafka().bootstrapServers();
    cluster = log.topics().cluster();
  }

  /** Builds the node, and publishes what it is to forward: one Service, to that pod. */
  static ConfinedApplier on(TestLog log) throws Exception {
    log.scribe().publish(Manifests.NODE, Manifests.WEB);
    NodeLab lab = NodeLab.create();
    try {
      // a namespace begins with what the host has
      lab.node().sysctl("net/ipv4/conf/all/route_localnet", "0");
      Pod pod = lab.addPod("a");
      pod.addresses().forEach(address -> EchoServer.start(pod, address, POD_PORT));
      Relay relay = Relay.into(lab.node(), log.kafka().bootstrapServers());
      return new ConfinedApplier(lab, relay, log);
    } catch (RuntimeException | IOException e) {
      lab.close();
      throw e;
    }
  }

  NodeLab lab() {
    return lab;
  }

  /** Starts the program; the limits of connection tracking are the host's, and left alone. */
  Program start(Confinement confinement, String... flags) throws IOException {
    return Program.startBehind(confinement.prefix(), lab.node(), "sluice", arguments(flags));
  }

  private String[] arguments(String... flags) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "apply",
                "--bootstrap-servers=" + servers,
                "--cluster=" + cluster,
                "--node-name=node-1",
                "--conntrack-max-per-core=0",
                "--conntrack-tcp-timeout-established=0s",
                "--conntrack-tcp-timeout-close-wait=0s"));
    words.addAll(List.of(flags));
    return words.toArray(String[]::new);
  }

  Pages pages(int healthPort) {
    return new Pages(lab.node(), "127.0.0.1", healthPort, 10249);
  }

  /** Which pod answers the client at an address. */
  String ask(String address, int port) {
    return switch (Probe.tcp(lab.client(), address, port).ask()) {
      case ProbeResult.Answer answer -> answer.server();
      case ProbeResult other -> other.toString();
    };
  }

  @Override
  public void close() {
    relay.close();
    lab.close();
  }
}
