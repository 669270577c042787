package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.checkpoint.CheckpointRefusedException;
import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.lab.KernelTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an applier makes of a checkpoint that it finds, while Kafka can be reached. */
@SystemTest
@KernelTest
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class CheckpointStartSystemTest {
  private static final String CHANGES = "kubeproxy.sync.proxy.rules.service.changes";
  private static final String GHOST = Manifests.service("ghost", "10.96.0.66");

  @TempDir Path folder;
  private KernelNode node;
  private CheckpointFile file;

  @BeforeEach
  void create() throws Exception {
    node = KernelNode.create(Variant.NFT);
    file = new CheckpointFile(folder);
  }

  @AfterEach
  void remove() {
    node.close();
  }

  private RunningApplier start(TestLog log) throws Exception {
    return RunningApplier.startKeeping(folder, "node-1", log, node.backends());
  }

  /** Publishes, has an applier bring it to the kernel and checkpoint it, and ends the applier. */
  private Scribe checkpointed(TestLog log, String... manifests) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(manifests);
    try (RunningApplier applier = start(log)) {
      applier.awaitApplied(scribe.revision()).awaitCheckpoint(scribe.revision());
      assertThat(applier.progress().stale()).isFalse();
    }
    return scribe;
  }

  private void assertReadAnew(RunningApplier applier, String reason, long revision) {
    applier.awaitApplied(revision);
    assertThat(applier.refused(reason)).isEqualTo(1);
    Await.until()
        .untilAsserted(
            () ->
                assertThat(applier.pages().healthz().body().get("checkpoint"))
                    .asString()
                    .contains("from the log's beginning"));
    Await.until()
        .ignoreException(CheckpointRefusedException.class) // until a sound one is there
        .untilAsserted(() -> assertThat(file.read().about().revision()).isEqualTo(revision));
  }

  @Test
  void onlyWhatFollowedIsReadAndTheKernelHasWhatAFullReplayGives(TestLog log) throws Exception {
    Scribe scribe =
        checkpointed(log, Manifests.NODE, Manifests.WEB, Manifests.service("old", "10.96.0.7"));
    scribe.delete("Service/shop/old");
    scribe.publish(Manifests.service("new", "10.96.0.9"), Manifests.slice("new", "10.244.1.9"));

    try (RunningApplier applier = start(log)) {
      applier.awaitApplied(scribe.revision());

      assertThat(applier.count(CHANGES, IpFamily.IPV4))
          .as("the deletion and the new one")
          .isEqualTo(2);
      assertThat(applier.pages().healthz().body().get("checkpoint"))
          .asString()
          .contains("from the checkpoint of revision 5");
      assertThat(applier.pages().readyz().ok()).isTrue();
      applier.awaitCheckpoint(scribe.revision());
    }
    assertThat(file.read().image()).isEqualTo(log.image());
    assertThat(node.rules()).contains("10.96.0.9/32").doesNotContain("10.96.0.7/32");
    String rules = node.rules();
    long writes = node.writes();
    try (RunningApplier full = RunningApplier.start(log, node.backends())) {
      full.awaitApplied(scribe.revision());
      assertThat(node.writes()).as("nothing is left to do").isEqualTo(writes);
      assertThat(node.rules()).isEqualTo(rules);
    }
  }

  @Test
  void whatIsResumedIsBelieved(TestLog log) throws Exception {
    Scribe scribe = checkpointed(log, Manifests.NODE, Manifests.WEB);
    file.edit(checkpoint -> CheckpointFile.with(checkpoint, GHOST));

    try (RunningApplier applier = start(log)) {
      applier.awaitApplied(scribe.revision());
      assertThat(node.rules()).contains("10.96.0.66/32");
    }
  }

  @Test
  void aDeletionThatTheLogHasForgottenIsMadeUpForIfTheCheckpointIsTooOld(TestLog log)
      throws Exception {
    Scribe scribe = checkpointed(log, Manifests.NODE, Manifests.WEB);
    // as if a Service had been deleted, and compaction had removed the deletion too
    file.edit(
        checkpoint ->
            CheckpointFile.of(
                CheckpointFile.with(checkpoint, GHOST), Instant.now().minus(Duration.ofHours(24))));

    try (RunningApplier applier = start(log)) {
      assertReadAnew(applier, "old", scribe.revision());
      assertThat(node.rules()).doesNotContain("10.96.0.66/32").contains("10.96.0.80/32");
      assertThat(file.read().image()).isEqualTo(log.image());
    }
  }

  @Test
  void damagedAndForeignFilesAreRefusedAndNothingIsWiped(TestLog log) throws Exception {
    Scribe scribe = checkpointed(log, Manifests.NODE, Manifests.OTHER_NODE, Manifests.WEB);
    byte[] sound = file.bytes();
    String rules = node.rules();
    long writes = node.writes();

    byte[] damaged = sound.clone();
    damaged[damaged.length / 2] ^= 4;
    for (byte[] bytes : List.of(damaged, new byte[0], new byte[] {1, 2, 3})) {
      file.write(bytes);
      try (RunningApplier applier = start(log)) {
        assertReadAnew(applier, "corrupt", scribe.revision());
      }
    }
    file.write(sound);
    file.edit(checkpoint -> CheckpointFile.at(checkpoint, 4711));
    try (RunningApplier applier = start(log)) {
      assertReadAnew(applier, "offset", scribe.revision());
    }
    assertThat(node.writes()).as("the kernel had it all").isEqualTo(writes);
    assertThat(node.rules()).isEqualTo(rules);

    file.write(sound);
    try (RunningApplier other =
        RunningApplier.startKeeping(folder, "node-2", log, node.backends())) {
      assertReadAnew(other, "node", scribe.revision());
      assertThat(file.read().about().node()).isEqualTo("node-2");
    }
  }

  @Test
  void aTopicThatWasCreatedAnewIsReadFromItsBeginning(TestLog log) throws Exception {
    Scribe scribe = checkpointed(log, Manifests.NODE, Manifests.WEB, GHOST);
    Await.result(scribe.writer().close());
    recreate(log);
    Scribe again = new Scribe(log);
    // more of it than there was
    again.publish(Manifests.NODE, Manifests.WEB);
    for (int i = 0; i < 5; i++) {
      again.publish(Manifests.service("more", "10.96.0." + (90 + i)));
    }

    try (RunningApplier applier = start(log)) {
      assertReadAnew(applier, "log", again.revision());
      assertThat(node.rules()).doesNotContain("10.96.0.66/32").contains("10.96.0.80/32");
    }
  }

  @Test
  void aTopicThatIsCreatedAnewUnderARunningApplierIsReadFromItsBeginning(TestLog log)
      throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE, Manifests.WEB, GHOST);
    try (RunningApplier applier = start(log)) {
      applier.awaitApplied(scribe.revision());
      Await.result(scribe.writer().close());
      recreate(log);

      Scribe again = new Scribe(log).complete(false);
      again.publish(Manifests.WEB);
      assertThat(node.rules()).as("half a log wipes nothing").contains("10.96.0.66/32");
      again.complete(true).publish(Manifests.NODE);

      Await.until().untilAsserted(() -> assertThat(node.rules()).doesNotContain("10.96.0.66/32"));
      assertThat(node.rules()).contains("10.96.0.80/32");
      Await.until().until(() -> !applier.progress().stale());
      Await.until().untilAsserted(() -> assertThat(file.read().image()).isEqualTo(log.image()));
    }
  }

  private static void recreate(TestLog log) throws Exception {
    String topic = log.topics().state();
    try (Admin admin = log.admin()) {
      var _ = admin.deleteTopics(List.of(topic)).all().get();
      Await.until().until(() -> !admin.listTopics().names().get().contains(topic));
    }
    log.withTopics();
  }

  @Test
  void withoutAFolderThatCanBeWrittenItForwardsAllTheSame(TestLog log) throws Exception {
    Path taken = Files.writeString(folder.resolve("taken"), "a file, no folder");
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE, Manifests.WEB);
    try (RunningApplier applier =
        RunningApplier.startKeeping(taken, "node-1", log, node.backends())) {
      applier.awaitApplied(scribe.revision());

      Await.until().until(() -> applier.count("sluice.checkpoint.failures") >= 1);
      Await.until()
          .untilAsserted(
              () ->
                  assertThat(applier.pages().healthz().body().get("checkpoint"))
                      .asString()
                      .contains("error"));
      assertThat(applier.pages().healthz().ok()).isTrue();
    }
  }
}
