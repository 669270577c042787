package dev.sluice.local.faults;

import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.broker.BrokerSettings;
import dev.sluice.local.broker.EmbeddedBroker;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.lab.OpenConnections.Repeater;
import dev.sluice.local.lab.Pod;
import dev.sluice.local.run.ApplierProgram;
import dev.sluice.local.run.NodeMode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node with pods that serve the steady Service, a client, and a namespace for brokers; and
 * appliers for the node, one after the other. For one thread.
 */
final class FaultNode implements AutoCloseable {
  private static final int PODS = 2;

  /** A guest's only processor may have much else to do. */
  private static final Duration BROKER_LIMIT = Duration.ofMinutes(4);

  private final NodeMode mode;
  private final Path work;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final NodeLab lab;
  private final NetworkNamespace control;
  private Optional<ApplierProgram> applier = Optional.empty();

  /**
   * Builds it, without brokers and appliers.
   *
   * @param work for files of the appliers; is not removed
   */
  FaultNode(NodeMode mode, Path work) throws IOException {
    this.mode = mode;
    this.work = work;
    lab = NodeLab.create();
    parts.push(lab);
    try {
      control = lab.addControl();
      for (int i = 0; i < PODS; i++) {
        Pod pod = lab.addPod("pod-" + i);
        for (InetAddress address : pod.addresses()) {
          parts.push(Repeater.start(pod, new InetSocketAddress(address, ChurnCluster.POD_PORT)));
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * By how much slower all goes that is done meanwhile: a kernel with IPVS may be a guest's, which
   * has one slow processor for everything.
   */
  static int patience(NodeMode mode) {
    return mode == NodeMode.IPVS ? 8 : 1;
  }

  NodeMode mode() {
    return mode;
  }

  NetworkNamespace node() {
    return lab.node();
  }

  NetworkNamespace client() {
    return lab.client();
  }

  /** Where brokers are to run, at {@link NodeLab#CONTROL_V4}. */
  NetworkNamespace control() {
    return control;
  }

  /** Starts the only broker, which the caller ends. */
  EmbeddedBroker startBroker() {
    BrokerSettings settings =
        BrokerSettings.in(work.resolve("broker"))
            .withListen(NodeLab.CONTROL_V4)
            .withStartTimeout(BROKER_LIMIT);
    return control.<EmbeddedBroker, RuntimeException>call(() -> EmbeddedBroker.start(settings));
  }

  /** Of the steady Service's endpoints. */
  List<IpAddress> pods() {
    List<IpAddress> addresses = new ArrayList<>();
    for (Pod pod : lab.pods()) {
      pod.addresses().forEach(each -> addresses.add(IpAddress.parse(each.getHostAddress())));
    }
    return addresses;
  }

  KernelCheck check() {
    return new KernelCheck(lab.node(), mode, work.resolve("xtables.lock"));
  }

  /** Cuts the node off from the brokers, or joins them again; all else goes on. */
  void brokersReachable(boolean reachable) {
    var _ = lab.node().exec("ip", "link", "set", "control", reachable ? "up" : "down").orThrow();
  }

  /** Starts an applier; the one before must have ended. */
  ApplierProgram start(String bootstrapServers) {
    return start(bootstrapServers, Map.of());
  }

  /** The same with environment variables. */
  ApplierProgram start(String bootstrapServers, Map<String, String> environment) {
    ApplierProgram started =
        ApplierProgram.start(
            lab.node(),
            new ApplierProgram.Settings(
                bootstrapServers,
                ChurnCluster.NODE,
                Optional.of(mode.mode()),
                mode.variant(),
                work,
                Optional.of(work.resolve("state"))),
            environment);
    applier = Optional.of(started);
    return started;
  }

  /** Virtual servers' or rules' addresses of a family, as the kernel has them now. */
  long newcomers(IpFamily family, int first, int number) {
    String listing =
        switch (mode) {
          case IPVS -> lab.node().exec("ipvsadm", "-Sn").orThrow().out();
          case IPTABLES_LEGACY, IPTABLES_NFT ->
              lab.node().exec(saveTool(family), "-t", "nat").orThrow().out();
        };
    long found = 0;
    for (int i = first; i < first + number; i++) {
      String address = ChurnCluster.newcomerAddress(family, i).toString();
      if (listing.contains(" " + address + "/") || listing.contains(" " + address + ":")) {
        found++;
      } else if (listing.contains(" [" + address + "]:")) {
        found++;
      }
    }
    return found;
  }

  private String saveTool(IpFamily family) {
    return (family == IpFamily.IPV4 ? "iptables-" : "ip6tables-") + mode.variant() + "-save";
  }

  /** Ends everything, the latest first. */
  @Override
  public void close() {
    applier.ifPresent(ApplierProgram::kill);
    FaultException failed = null;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        failed = new FaultException("the lab could not be removed: " + e.getMessage(), e);
      }
    }
    if (failed != null) {
      throw failed;
    }
  }
}
