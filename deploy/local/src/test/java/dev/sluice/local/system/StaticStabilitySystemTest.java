package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.lab.EchoServer;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.lab.Pod;
import dev.sluice.local.lab.Probe;
import dev.sluice.local.lab.ProbeResult;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node that loses Kafka, its applier and its rules: with the programs as operators run them, and
 * real packets. Kafka is cut off by closing the node's only way to it.
 */
@SystemTest
@KernelTest
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class StaticStabilitySystemTest {
  private static final int PORT = 8080;
  private static final List<String> ON_A_SMALL_DISK =
      List.of(
          "unshare",
          "--mount",
          "--propagation",
          "private",
          "sh",
          "-c",
          "mount -t tmpfs -o size=64k tmpfs \"$0\" && exec \"$@\"");

  @TempDir Path folder;
  private NodeLab lab;
  private Pages pages;

  @BeforeEach
  void create() {
    lab = NodeLab.create();
    for (String name : List.of("a", "b")) {
      Pod pod = lab.addPod(name);
      pod.addresses().forEach(address -> EchoServer.start(pod, address, PORT));
    }
    pages = new Pages(lab.node(), "127.0.0.1", 10256, 10249);
  }

  @AfterEach
  void remove() {
    lab.close();
  }

  private String[] apply(TestLog log) {
    return new String[] {
      "apply",
      "--bootstrap-servers",
      log.kafka().bootstrapServers(),
      "--cluster",
      log.topics().cluster(),
      "--node-name",
      "node-1",
      "--proxy-mode",
      "iptables",
      "--iptables-variant",
      "nft",
      "--report-interval",
      "0s",
      "--state-dir",
      folder.toString()
    };
  }

  private Relay wayToKafka(TestLog log) throws Exception {
    return Relay.into(lab.node(), log.kafka().bootstrapServers());
  }

  /** Which pod answers the outside client at the node port. */
  private String ask() {
    return switch (Probe.tcp(lab.client(), NodeLab.NODE_V4, 30080).ask()) {
      case ProbeResult.Answer answer -> answer.server();
      case ProbeResult other -> other.toString();
    };
  }

  private void awaitAnswerOf(String pod) {
    Await.until().untilAsserted(() -> assertThat(ask()).isEqualTo(pod));
  }

  private void awaitMetric(String line) {
    Await.until().untilAsserted(() -> assertThat(pages.metrics().body()).contains(line));
  }

  private void awaitHealthz(Predicate<String> body) {
    Await.until().until(() -> body.test(pages.healthz().body()));
    assertThat(pages.healthz().status()).isEqualTo(200);
  }

  private static String movedToB() {
    return Manifests.WEB.replace("10.244.1.2", "10.244.1.3");
  }

  @Test
  void afterARebootWithoutKafkaPacketsAreForwardedAndKafkaIsCaughtUpWithLater(TestLog log)
      throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE, Manifests.WEB);
    Relay way = wayToKafka(log);
    try (Program before = Program.startIn(lab.node(), "sluice", apply(log))) {
      awaitAnswerOf("a");
      awaitMetric("sluice_checkpoint_revision 4.0");
      before.signal("KILL");
      Await.until().until(() -> !before.isAlive());
    }
    way.close();
    scribe.publish(movedToB());
    var _ = lab.node().exec("nft", "flush", "ruleset").orThrow();
    new CheckpointFile(folder).edit(CheckpointFile::beforeABoot);
    assertThat(ask()).as("a node that has just booted forwards nothing").isNotEqualTo("a");

    try (Program applier = Program.startIn(lab.node(), "sluice", apply(log))) {
      awaitAnswerOf("a");
      Await.until().untilAsserted(this::assertStale);

      Relay again = wayToKafka(log);
      awaitAnswerOf("b");
      Await.until().until(() -> pages.readyz().status() == 200);
      awaitHealthz(body -> !body.contains("stale") && body.contains("\"revision\":7"));
      awaitMetric("sluice_log_stale 0.0");
      awaitMetric("sluice_checkpoint_revision 7.0");
      assertThat(pages.metrics().body())
          .doesNotContain("sluice_checkpoint_refused_total{reason=\"old\"} 1");
      assertThat(applier.terminate().exitCode()).isZero();
      again.close();
    }
  }

  private void assertStale() {
    Pages.Page healthz = pages.healthz();
    assertThat(healthz.status()).as("load balancers go on").isEqualTo(200);
    assertThat(healthz.body()).contains("\"stale\":", "\"caughtUp\":\"2", "\"revision\":4");
    assertThat(pages.livez().status()).isEqualTo(200);
    assertThat(pages.readyz().status()).isEqualTo(503);
    assertThat(pages.metrics().body())
        .contains("sluice_log_stale 1.0")
        .containsPattern("sluice_log_caught_up_timestamp_seconds 1\\.\\d+E9");
  }

  @Test
  void anApplierThatWasCutOffForLongerThanDeletionsAreKeptReadsAllAnew(TestLog log)
      throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE, Manifests.WEB);
    keepDeletionsFor(log, 15_000);
    Relay way = wayToKafka(log);
    try (Program applier = Program.startIn(lab.node(), "sluice", apply(log))) {
      awaitAnswerOf("a");
      awaitMetric("sluice_log_stale 0.0");
      way.close();
      awaitMetric("sluice_log_stale 1.0");
      scribe.delete("EndpointSlice/shop/web-ipv6");
      scribe.publish(movedToB().substring(0, movedToB().lastIndexOf("---")));
      awaitMetric("sluice_log_replays_total{reason=\"old\"} 1.0");
      assertThat(ask()).isEqualTo("a");

      Relay again = wayToKafka(log);
      awaitAnswerOf("b");
      Await.until().until(() -> pages.readyz().status() == 200);
      assertThat(applier.errors()).contains("deletions of more than PT13.5S ago may be forgotten");
      again.close();
    }
  }

  private static void keepDeletionsFor(TestLog log, long millis) throws Exception {
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, log.topics().state());
    AlterConfigOp set =
        new AlterConfigOp(
            new ConfigEntry("delete.retention.ms", Long.toString(millis)),
            AlterConfigOp.OpType.SET);
    try (Admin admin = log.admin()) {
      var _ = admin.incrementalAlterConfigs(Map.of(topic, List.of(set))).all().get();
    }
  }

  @Test
  void aFullDiskCostsTheNewCheckpointAndNothingElse(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE, Manifests.WEB);
    List<String> before = new ArrayList<>(ON_A_SMALL_DISK);
    before.add(folder.toString());
    try (Relay _ = wayToKafka(log);
        Program applier = Program.startBehind(before, lab.node(), "sluice", apply(log))) {
      awaitAnswerOf("a");
      awaitMetric("sluice_checkpoint_revision 4.0");
      // its own mounts, as seen from here
      Path inside = Path.of("/proc/" + applier.pid() + "/root" + folder);
      CheckpointFile file = new CheckpointFile(inside);
      byte[] old = file.bytes();
      Path filler = inside.resolve("filler");
      fill(filler);

      scribe.publish(movedToB());

      awaitAnswerOf("b");
      Await.until().until(() -> applier.errors().contains("No space left on device"));
      assertThat(pages.metrics().body())
          .containsPattern("sluice_checkpoint_failures_total [1-9]")
          .contains("sluice_checkpoint_revision 4.0");
      assertThat(file.bytes()).isEqualTo(old);
      awaitHealthz(body -> body.contains("No space left on device"));

      Files.delete(filler);

      awaitMetric("sluice_checkpoint_revision 7.0");
      assertThat(file.read().about().revision()).isEqualTo(7);
      awaitHealthz(body -> !body.contains("No space left on device"));
    }
  }

  private static void fill(Path file) throws Exception {
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] page = new byte[4096];
      while (true) {
        out.write(page);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }
}
