package dev.sluice.local.demo;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.local.broker.BrokerSettings;
import dev.sluice.local.broker.EmbeddedBroker;
import dev.sluice.local.lab.EchoServer;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.lab.Pod;
import dev.sluice.local.run.ApplierProgram;
import dev.sluice.local.run.Ending;
import dev.sluice.local.run.SluiceProgram;
import dev.sluice.local.run.WatcherProgram;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A node with three pods, a client outside, and all of Sluice, on one machine: the pods answer at
 * port 8080, whoever asks. For one thread.
 */
public final class DemoSystem implements AutoCloseable {
  private static final int POD_PORT = 8080;
  private static final List<String> POD_NAMES = List.of("web-1", "web-2", "web-3");

  private final Settings settings;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final NodeLab lab;
  private final NetworkNamespace control;
  private final EmbeddedBroker broker;
  private final SluiceProgram watcher;
  private ApplierProgram applier;

  /**
   * What it is started with.
   *
   * @param manifests the folder that the watcher publishes
   * @param mode that the applier is asked for; empty: auto
   * @param variant of iptables
   * @param work folder for logs and the broker's data
   */
  public record Settings(Path manifests, Optional<ProxyMode> mode, Variant variant, Path work) {}

  private DemoSystem(Settings settings, Narrator narrator) {
    this.settings = settings;
    try {
      narrator.step("A node, three pods and a client outside, each a network namespace");
      lab = open(NodeLab.create());
      control = lab.addControl();
      POD_NAMES.forEach(this::addPod);
      describe(narrator);

      narrator.step("Broker and watcher beside the node, the applier on it");
      long start = System.nanoTime();
      broker = open(startBroker());
      narrator.line("broker", ready(start) + ": " + broker.bootstrapServers());
      start = System.nanoTime();
      watcher = startWatcher();
      narrator.line("watcher", ready(start) + ": publishes " + settings.manifests());
      start = System.nanoTime();
      applier = startApplier();
      applier.awaitReady();
      narrator.line(
          "applier",
          ready(start)
              + ": the node's %s is at revision %d of the log"
                  .formatted(kernelInterface(), applier.revision()));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * Starts everything and waits until the node forwards.
   *
   * @throws dev.sluice.local.lab.LabException if the network can't be built
   * @throws dev.sluice.local.broker.BrokerStartException if the broker doesn't start
   * @throws dev.sluice.local.run.ProgramException if watcher or applier doesn't; nothing is left
   *     behind in either case
   */
  public static DemoSystem start(Settings settings, Narrator narrator) {
    return new DemoSystem(settings, narrator);
  }

  private <T extends AutoCloseable> T open(T resource) {
    opened.push(resource);
    return resource;
  }

  private void addPod(String name) {
    Pod pod = lab.addPod(name);
    for (InetAddress address : pod.addresses()) {
      open(EchoServer.start(pod, address, POD_PORT));
    }
  }

  private void describe(Narrator narrator) {
    narrator.line("node", NodeLab.NODE_V4 + ", " + NodeLab.NODE_V6);
    for (Pod pod : lab.pods()) {
      EndpointEdit.Pair addresses = endpoint(pod);
      narrator.line(pod.name(), addresses.ipv4() + ", " + addresses.ipv6());
    }
    narrator.line("client", NodeLab.CLIENT_V4 + ", " + NodeLab.CLIENT_V6);
  }

  private EmbeddedBroker startBroker() {
    BrokerSettings broker =
        BrokerSettings.in(settings.work().resolve("broker")).withListen(NodeLab.CONTROL_V4);
    return control.<EmbeddedBroker, RuntimeException>call(() -> EmbeddedBroker.start(broker));
  }

  private SluiceProgram startWatcher() {
    SluiceProgram started =
        open(
            WatcherProgram.start(
                control,
                broker.bootstrapServers(),
                List.of("--manifests", settings.manifests().toString()),
                settings.work().resolve("watcher.log")));
    WatcherProgram.awaitReady(started, control);
    return started;
  }

  private ApplierProgram startApplier() {
    return open(
        ApplierProgram.start(
            lab.node(),
            new ApplierProgram.Settings(
                broker.bootstrapServers(),
                "node",
                settings.mode(),
                settings.variant(),
                settings.work())));
  }

  private String kernelInterface() {
    return switch (applier.mode()) {
      case IPTABLES -> "iptables-" + settings.variant();
      case IPVS -> "IPVS";
    };
  }

  /**
   * Does nothing while watcher and applier run.
   *
   * @throws dev.sluice.local.run.ProgramException if one has ended
   */
  void checkRunning() {
    watcher.checkRunning();
    applier.checkRunning();
  }

  /** The last lines that watcher and applier logged, for someone who wonders what went wrong. */
  String logTails() {
    return "the watcher's log ends:\n%s\nthe applier's log ends:\n%s"
        .formatted(watcher.tail(), applier.tail());
  }

  /** How to look at a system that runs, a hint a line. */
  public List<String> hints() {
    String node = "ip netns exec " + lab.node().name() + " ";
    String beside = "ip netns exec " + control.name() + " ";
    String client = "ip netns exec " + lab.client().name() + " ";
    return List.of(
        "edit       " + settings.manifests() + ": each save is published",
        "logs       " + settings.work() + "/*.log",
        switch (applier.mode()) {
          case IPTABLES -> "rules      " + node + "iptables-" + settings.variant() + "-save -t nat";
          case IPVS -> "servers    " + node + "ipvsadm -Ln";
        },
        "a request  " + client + "bash -c 'cat </dev/tcp/10.96.0.80/80'",
        "health     " + node + "curl -s " + ApplierProgram.HEALTHZ,
        "           " + beside + "curl -s " + WatcherProgram.HEALTHZ,
        "metrics    " + node + "curl -s " + ApplierProgram.METRICS,
        "           " + beside + "curl -s " + WatcherProgram.METRICS,
        "the log    Kafka at " + broker.bootstrapServers() + ", reached from " + beside.strip());
  }

  private static String ready(long start) {
    return "ready after " + Narrator.text(Duration.ofNanos(System.nanoTime() - start));
  }

  /** A pod as an endpoint. */
  static EndpointEdit.Pair endpoint(Pod pod) {
    return new EndpointEdit.Pair(Addresses.text(pod.ipv4()), Addresses.text(pod.ipv6()));
  }

  NodeLab lab() {
    return lab;
  }

  NetworkNamespace control() {
    return control;
  }

  ApplierProgram applier() {
    return applier;
  }

  /** Ends the applier; the node goes on with the rules it has. */
  Ending endApplier() {
    return applier.end();
  }

  /** Starts the applier anew and waits until it is ready. */
  void restartApplier() {
    applier = startApplier();
    applier.awaitReady();
  }

  Settings settings() {
    return settings;
  }

  /** Ends all programs and removes the network. Idempotent. */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted(); // no reason not to wait for orderly ends
    RuntimeException failed = null;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        // the rest is closed nevertheless
        failed = failed == null ? new IllegalStateException("not all was removed") : failed;
        failed.addSuppressed(e);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failed != null) {
      throw failed;
    }
  }
}
