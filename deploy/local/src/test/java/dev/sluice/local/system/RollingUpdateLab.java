package dev.sluice.local.system;

import dev.sluice.local.SluiceHome;
import dev.sluice.local.broker.BrokerSettings;
import dev.sluice.local.broker.EmbeddedBroker;
import dev.sluice.local.lab.EchoServer;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.lab.Pod;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/**
 * A node with pods, an applier on it, and broker and watcher beside it, all real; and what a
 * Deployment's controller and a kubelet do in a rolling update, by hand.
 */
final class RollingUpdateLab implements AutoCloseable {
  private static final int PORT = 8080;
  private static final int WATCHER_PORT = 10258;

  /** Of Manifests.WEB. */
  static final String CLUSTER_IP = "10.96.0.80";

  private final Path folder;
  private final NodeLab lab = NodeLab.create();
  private final NetworkNamespace control = lab.addControl();
  private final EmbeddedBroker broker;
  private final Program watcher;
  private final Program applier;
  private final Map<Pod, EchoServer> servers = new LinkedHashMap<>();
  private final Map<Pod, String> conditions = new LinkedHashMap<>();

  /** Starts everything, and waits until the node forwards to these pods. */
  RollingUpdateLab(Path folder, List<String> pods, String... applierFlags) throws Exception {
    this.folder = folder;
    broker =
        control.call(
            () ->
                EmbeddedBroker.start(
                    BrokerSettings.in(folder.resolve("broker")).withListen(NodeLab.CONTROL_V4)));
    Files.createDirectory(folder.resolve("manifests"));
    replace("node.yaml", Manifests.NODE);
    for (String name : pods) {
      conditions.put(addPod(name), READY);
    }
    publish();
    watcher =
        Program.startIn(
            control,
            "sluice-watcher",
            "--bootstrap-servers",
            broker.bootstrapServers(),
            "--replication-factor",
            "1",
            "--manifests",
            folder.resolve("manifests").toString());
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "apply",
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--node-name",
                "node-1",
                "--proxy-mode",
                "iptables",
                "--report-interval",
                "1s"));
    arguments.addAll(List.of(applierFlags));
    applier = Program.startIn(lab.node(), "sluice", arguments.toArray(String[]::new));
    Pages health = new Pages(lab.node(), "127.0.0.1", 10256, 10249);
    Await.until().until(() -> health.healthz().status() == 200);
  }

  private static final String READY = "ready: true";
  private static final String TERMINATING = "ready: false, serving: true, terminating: true";

  NetworkNamespace client() {
    return lab.client();
  }

  List<Pod> pods() {
    return List.copyOf(conditions.keySet());
  }

  private Pod addPod(String name) {
    Pod pod = lab.addPod(name);
    servers.put(pod, EchoServer.start(pod, pod.ipv4(), PORT));
    return pod;
  }

  /** A pod that is ready, as the controller of slices tells it. */
  void come(String name) throws IOException {
    conditions.put(addPod(name), READY);
    publish();
  }

  /**
   * A pod that is deleted: its hook is run while its slice is marked, and when the hook has ended,
   * its server is destroyed at once.
   *
   * @param hook to be run in the pod, with the pod's environment; none: it ends at once
   */
  void go(Pod pod, List<String> hook) throws Exception {
    FutureTask<Integer> running = new FutureTask<>(() -> run(pod, hook));
    Thread.ofPlatform().daemon().start(running);
    conditions.put(pod, TERMINATING);
    publish();
    try {
      if (running.get() != 0) {
        throw new AssertionError("the hook ended with " + running.get());
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
    java.util.Optional.ofNullable(servers.get(pod)).orElseThrow().close();
    lab.node().exec("ip", "link", "delete", pod.nodeInterface()).orThrow();
    conditions.remove(pod);
    publish();
  }

  private int run(Pod pod, List<String> hook) {
    if (hook.isEmpty()) {
      return 0;
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "POD_IPS=" + pod.ipv4().getHostAddress() + "," + pod.ipv6().getHostAddress(),
                "SLUICE_WATCHER=" + NodeLab.CONTROL_V4 + ":" + WATCHER_PORT));
    command.addAll(hook);
    return pod.namespace()
        .exec(java.time.Duration.ofMinutes(1), command.toArray(String[]::new))
        .orThrow()
        .exitCode();
  }

  /** What a command that reads the log prints, errors first. */
  String command(String name, String... arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of(name));
    words.addAll(List.of("--bootstrap-servers", broker.bootstrapServers()));
    words.addAll(List.of(arguments));
    Program.Ended ended = Program.runIn(control, "sluice", words.toArray(String[]::new));
    return "exit code " + ended.exitCode() + "\n" + ended.errors() + ended.output();
  }

  /** How many hooks were answered so. */
  double answers(int status) {
    String series = "sluice_watcher_convergence_answers_total{code=\"" + status + "\"} ";
    return new Pages(control, "127.0.0.1", WATCHER_PORT, 10259)
        .metrics()
        .body()
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
        .findFirst()
        .orElseThrow();
  }

  /** The hook of the manifest that the documentation shows. */
  static List<String> documentedHook() throws IOException {
    Path file = SluiceHome.find().resolve("deploy/docs/examples/prestop.yaml");
    String deployment = Files.readString(file).split("\n---\n", 2)[0];
    Container container =
        new KubernetesSerialization()
            .unmarshal(deployment, Deployment.class)
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .getFirst();
    return container.getLifecycle().getPreStop().getExec().getCommand();
  }

  private void publish() throws IOException {
    String endpoints =
        conditions.entrySet().stream()
            .map(
                pod ->
                    "  - { addresses: [%s], nodeName: node-1, conditions: { %s } }\n"
                        .formatted(pod.getKey().ipv4().getHostAddress(), pod.getValue()))
            .collect(Collectors.joining());
    replace(
        "web.yaml",
        Manifests.service("web", CLUSTER_IP)
            + "---\n"
            + Manifests.slice("web").replaceFirst("(?s)endpoints:.*", "endpoints:\n" + endpoints));
  }

  /** As editors and kubectl do: never half a file. */
  private void replace(String file, String text) throws IOException {
    Path written = folder.resolve(file + ".new");
    Files.writeString(written, text);
    Files.move(
        written,
        folder.resolve("manifests").resolve(file),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() {
    applier.close();
    watcher.close();
    servers.values().forEach(EchoServer::close);
    broker.close();
    lab.close();
  }
}
