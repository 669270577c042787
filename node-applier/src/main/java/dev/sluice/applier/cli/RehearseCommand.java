package dev.sluice.applier.cli;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.EventCodec;
import dev.sluice.events.event.Revision;
import dev.sluice.events.event.UndecodableRecordException;
import dev.sluice.events.host.Launch;
import dev.sluice.events.kubernetes.ObservedObject;
import dev.sluice.events.manifest.ManifestFolder;
import dev.sluice.events.model.ProxyMode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code sluice rehearse}: goes the way of an applier's start, so that a JVM that makes an AOT
 * cache sees what will be needed. Reads no log, and so writes nothing to the kernel.
 */
@Command(
    name = "rehearse",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "Runs through an applier's start, for the JVM to make its AOT cache by.")
final class RehearseCommand implements Callable<Integer> {
  private static final String NODE = "rehearsal";
  private static final String CLUSTER =
      """
      apiVersion: v1
      kind: Node
      metadata: { name: rehearsal, labels: { topology.kubernetes.io/zone: a } }
      spec: { podCIDRs: [10.244.1.0/24, "fd00:10:244:1::/64"] }
      status: { addresses: [ { type: InternalIP, address: 192.0.2.11 } ] }
      ---
      apiVersion: v1
      kind: Service
      metadata: { name: web, namespace: shop }
      spec:
        type: LoadBalancer
        sessionAffinity: ClientIP
        externalTrafficPolicy: Local
        healthCheckNodePort: 30099
        clusterIP: 10.96.17.4
        clusterIPs: [10.96.17.4, "fd00:10:96::1704"]
        loadBalancerSourceRanges: [198.51.100.0/24]
        ports: [ { name: http, protocol: TCP, port: 80, nodePort: 30080 } ]
      status: { loadBalancer: { ingress: [ { ip: 203.0.113.4 } ] } }
      ---
      apiVersion: v1
      kind: Service
      metadata: { name: dns, namespace: shop }
      spec:
        clusterIP: 10.96.17.5
        ports: [ { name: dns, protocol: UDP, port: 53 }, { name: none, protocol: TCP, port: 54 } ]
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: { name: web-1, namespace: shop, labels: { kubernetes.io/service-name: web } }
      addressType: IPv4
      ports: [ { name: http, protocol: TCP, port: 8080 } ]
      endpoints:
        - { addresses: [10.244.1.11], nodeName: rehearsal, hints: { forZones: [ { name: a } ] } }
        - { addresses: [10.244.2.11], nodeName: other, conditions: { terminating: true } }
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: { name: dns-1, namespace: shop, labels: { kubernetes.io/service-name: dns } }
      addressType: IPv4
      ports: [ { name: dns, protocol: UDP, port: 5353 } ]
      endpoints: [ { addresses: [10.244.1.12], nodeName: rehearsal } ]
      """;

  private static final int PAGES_LIMIT_MILLIS = 20_000;
  private static final int STEP_MILLIS = 100;

  @Override
  public Integer call() throws IOException, InterruptedException, UndecodableRecordException {
    Path folder = Files.createTempDirectory("sluice-rehearsal");
    Path manifests = Files.writeString(folder.resolve("cluster.yaml"), CLUSTER);
    try {
      throughCodec(folder);
      for (ProxyMode mode : ProxyMode.values()) {
        plan(folder, mode);
      }
    } finally {
      Files.delete(manifests);
      Files.delete(folder);
    }
    return apply() ? 0 : Launch.FAILED;
  }

  private static void throughCodec(Path folder) throws IOException, UndecodableRecordException {
    EventCodec codec = new EventCodec();
    long number = 0;
    for (ObservedObject object : new ManifestFolder(folder, Clock.systemUTC()).scan().objects()) {
      Revision revision =
          new Revision(
              ++number, 1, NODE, Instant.EPOCH, Cause.OBSERVED, "", Optional.of(Instant.EPOCH));
      Change change = new Change.Upserted(revision, Optional.empty(), object.object());
      var _ = codec.decodeState(codec.encodeState(change));
    }
  }

  private static void plan(Path folder, ProxyMode mode) {
    int code =
        Sluice.commandLine()
            .setOut(new PrintWriter(Writer.nullWriter()))
            .execute(
                "plan",
                "--manifests=" + folder,
                "--node-name=" + NODE,
                "--cluster-cidr=10.244.0.0/16",
                "--proxy-mode=" + mode);
    if (code != 0) {
      throw new IllegalStateException("plan for " + mode + " ended with " + code);
    }
  }

  /** Runs an applier with no broker until its pages answer; this JVM's end then ends it. */
  private static boolean apply() throws IOException, InterruptedException {
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
                        "--bootstrap-servers=127.0.0.1:1",
                        "--node-name=" + NODE,
                        "--proxy-mode=iptables",
                        "--cluster-cidr=10.244.0.0/16",
                        // nothing of this machine is set
                        "--iptables-localhost-nodeports=false",
                        "--conntrack-max-per-core=0",
                        "--conntrack-tcp-timeout-established=0s",
                        "--conntrack-tcp-timeout-close-wait=0s",
                        "--healthz-bind-address=127.0.0.1:" + health,
                        "--metrics-bind-address=127.0.0.1:" + metrics));
    return answers(health, "/healthz") && answers(metrics, "/metrics");
  }

  private static boolean answers(int port, String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    for (int waited = 0; waited < PAGES_LIMIT_MILLIS; waited += STEP_MILLIS) {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      try {
        if (connection.getResponseCode() == 200) {
          try (InputStream body = connection.getInputStream()) {
            var _ = body.readAllBytes();
          }
        }
        return true; // 503 is an answer too
      } catch (java.net.ConnectException e) {
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
