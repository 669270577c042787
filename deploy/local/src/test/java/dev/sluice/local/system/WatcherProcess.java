package dev.sluice.local.system;

import dev.sluice.local.apiserver.FakeApiServer;
import dev.sluice.local.run.Metrics;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A watcher of a fake cluster in a process of its own, one of several. */
final class WatcherProcess implements AutoCloseable {
  static final String NAMESPACE = "kube-system";
  private static final Pattern PORTS = Pattern.compile("healthz_port=(\\d+) metrics_port=(\\d+)");
  private static final Map<String, String> SMALL =
      Map.of("SLUICE_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Xmx128m");

  /** A pause is not to look like a silent broker: what was under way then goes on after it. */
  private static final String PATIENT =
      """
      request.timeout.ms=60000
      default.api.timeout.ms=60000
      delivery.timeout.ms=120000
      max.block.ms=120000
      """;

  private final Program program;
  private final String identity;
  private final FakeApiServer api;
  private final int healthPort;
  private final int metricsPort;

  private WatcherProcess(
      Program program, String identity, FakeApiServer api, int healthPort, int metricsPort) {
    this.program = program;
    this.identity = identity;
    this.api = api;
    this.healthPort = healthPort;
    this.metricsPort = metricsPort;
  }

  /** What its health page says. */
  record Health(int code, String body) {
    boolean leads() {
      return body.contains("\"status\":\"following\"");
    }

    boolean standsBy() {
      return body.contains("\"status\":\"standby\"");
    }
  }

  /**
   * Starts one, with a Lease that runs out after four seconds.
   *
   * @param folder where its kubeconfig is written
   */
  static WatcherProcess start(String identity, FakeApiServer api, TestLog log, Path folder)
      throws IOException {
    Path kubeconfig = folder.resolve(identity + ".kubeconfig");
    api.writeKubeconfig(kubeconfig);
    Path kafkaConfig = Files.writeString(folder.resolve("kafka.properties"), PATIENT);
    Program program =
        Program.startWith(
            SMALL,
            "sluice-watcher",
            "--bootstrap-servers=" + log.kafka().bootstrapServers(),
            "--kafka-config=" + kafkaConfig,
            "--cluster=" + log.topics().cluster(),
            "--kubeconfig=" + kubeconfig,
            "--leader-elect-resource-namespace=" + NAMESPACE,
            "--leader-elect-identity=" + identity,
            "--leader-elect-lease-duration=4s",
            "--leader-elect-renew-deadline=3s",
            "--leader-elect-retry-period=500ms",
            "--healthz-bind-address=127.0.0.1:0",
            "--metrics-bind-address=127.0.0.1:0");
    try {
      Await.until().until(() -> ports(program).isPresent() || !program.isAlive());
      Matcher ports = ports(program).orElseThrow(() -> new AssertionError(said(program)));
      return new WatcherProcess(
          program,
          identity,
          api,
          Integer.parseInt(ports.group(1)),
          Integer.parseInt(ports.group(2)));
    } catch (RuntimeException | Error e) {
      program.close();
      throw e;
    }
  }

  private static Optional<Matcher> ports(Program program) throws IOException {
    return Optional.of(PORTS.matcher(program.errors())).filter(Matcher::find);
  }

  private static String said(Program program) {
    try {
      return program.errors();
    } catch (IOException e) {
      return e.toString();
    }
  }

  String identity() {
    return identity;
  }

  /** The API server that it alone uses. */
  FakeApiServer api() {
    return api;
  }

  Health health() throws IOException {
    HttpURLConnection connection = open(healthPort, "/healthz");
    int code = connection.getResponseCode();
    try (InputStream body =
        code < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      return new Health(code, new String(body.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  double metric(String name) throws IOException {
    try (InputStream body = open(metricsPort, "/metrics").getInputStream()) {
      return new Metrics(new String(body.readAllBytes(), StandardCharsets.UTF_8)).sum(name);
    }
  }

  private static HttpURLConnection open(int port, String path) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setRequestProperty("Connection", "close");
    connection.setConnectTimeout(2000);
    connection.setReadTimeout(5000);
    return connection;
  }

  /** SIGKILL; returns when it is gone. */
  void kill() throws Exception {
    program.signal("KILL");
    var _ = program.await();
  }

  void stop() throws Exception {
    program.signal("STOP");
  }

  void go() throws Exception {
    program.signal("CONT");
  }

  /** SIGTERM. */
  Program.Ended terminate() throws Exception {
    return program.terminate();
  }

  /** What it has logged so far. */
  String said() {
    return said(program);
  }

  @Override
  public void close() {
    program.close();
  }
}
