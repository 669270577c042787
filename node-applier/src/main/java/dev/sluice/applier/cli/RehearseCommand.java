package dev.sluice.applier.cli;

import dev.sluice.events.event.EventCodec;
import dev.sluice.events.event.LogRecord;
import dev.sluice.events.event.UndecodableRecordException;
import dev.sluice.events.host.Launch;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.log.RehearsalBroker;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.ProxyMode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code sluice rehearse}: goes the way of an applier's start, so that a JVM that makes an AOT
 * cache sees what will be needed. Writes nothing to the kernel: the log that it reads never is
 * complete.
 */
@Command(
    name = "rehearse",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "Runs through an applier's start, for the JVM to make its AOT cache by.")
final class RehearseCommand implements Callable<Integer> {
  private static final int LIMIT_MILLIS = 30_000;
  private static final int STEP_MILLIS = 100;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private NodeFlags flags = new NodeFlags();

  @Override
  public Integer call() throws IOException, InterruptedException, UndecodableRecordException {
    List<LogRecord> records = RehearsalCluster.records();
    plan(records);
    try (RehearsalBroker broker = new RehearsalBroker(records)) {
      return apply(broker) ? 0 : Launch.FAILED;
    }
  }

  private void plan(List<LogRecord> records) throws UndecodableRecordException {
    EventCodec codec = new EventCodec();
    ClusterDelta delta = new ClusterDelta(ClusterImage.EMPTY);
    for (LogRecord record : records) {
      delta.replay(codec.decodeState(record));
    }
    ClusterImage image = delta.apply();
    Node node = image.node(RehearsalCluster.NODE).orElseThrow();
    for (ProxyMode mode : ProxyMode.values()) {
      var _ = flags.plans(spec.commandLine(), image, node, mode, List.of(IpFamily.values()));
    }
  }

  /** Runs an applier until it has read the log and its pages answer; this JVM's end ends it. */
  private static boolean apply(RehearsalBroker broker) throws IOException, InterruptedException {
    int health = freePort();
    int metrics = freePort();
    Thread _ =
        Thread.ofPlatform()
            .name("rehearsal")
            .daemon()
            .start(
                () ->
                    Launch.run(
                        Sluice.applying(),
                        "apply",
                        "--bootstrap-servers=" + broker.bootstrapServers(),
                        "--node-name=" + RehearsalCluster.NODE,
                        "--proxy-mode=iptables",
                        "--cluster-cidr=10.244.0.0/16",
                        "--no-checkpoint",
                        // nothing of this machine is set
                        "--iptables-localhost-nodeports=false",
                        "--conntrack-max-per-core=0",
                        "--conntrack-tcp-timeout-established=0s",
                        "--conntrack-tcp-timeout-close-wait=0s",
                        "--healthz-bind-address=127.0.0.1:" + health,
                        "--metrics-bind-address=127.0.0.1:" + metrics));
    return broker.awaitRead(LIMIT_MILLIS)
        && answers(health, "/healthz")
        && answers(metrics, "/metrics");
  }

  private static boolean answers(int port, String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    for (int waited = 0; waited < LIMIT_MILLIS; waited += STEP_MILLIS) {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      try {
        if (connection.getResponseCode() == HttpURLConnection.HTTP_OK) {
          try (InputStream body = connection.getInputStream()) {
            var _ = body.readAllBytes();
          }
        }
        return true; // 503 is an answer too
      } catch (ConnectException e) {
        Thread.sleep(STEP_MILLIS);
      } finally {
        connection.disconnect();
      }
    }
    return false;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
