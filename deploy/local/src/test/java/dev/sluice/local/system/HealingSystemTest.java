package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.LogRecord;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.Service;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a watcher does about records of others, and about objects that the log does not take. */
@SystemTest
class HealingSystemTest {
  private static final ObjectKey WEB = ObjectKey.service("shop", "web");

  /** As many ports make a value of about 1 MB. */
  private static final int MANY_PORTS = 22_000;

  @TempDir Path folder;

  private final FakeBackend backend = new FakeBackend();

  @Test
  void whatOthersWroteOverIsPublishedAnewAtOnce(TestLog log) throws Exception {
    write("node.yaml", Manifests.NODE);
    write("web.yaml", Manifests.service("web", "10.96.0.80"));
    try (RunningWatcher watcher = RunningWatcher.start(log, folder).awaitFollowing();
        RunningApplier applier = RunningApplier.start(log, List.of(backend)).awaitApplied(2)) {

      log.scribble(Poison.GARBAGE.record());

      Await.until().until(() -> applier.count("sluice.undecodable.records") == 1);
      Await.until().until(() -> applier.progress().undecodable().isEmpty());
      assertThat(backend.writes().stream().flatMap(one -> one.services().stream()))
          .as("nothing had to be written")
          .containsExactly("shop/web");
      Change anew = log.history().entries().getLast();
      assertThat(anew.key()).isEqualTo(WEB);
      assertThat(anew.before()).isEqualTo(anew.after()).isPresent();
      assertThat(anew.revision().cause()).isEqualTo(Cause.RESYNC);
      assertThat(watcher.healthy()).isTrue();
    }
  }

  @Test
  void aHeadThatOthersWroteOverIsWrittenAnew(TestLog log) throws Exception {
    write("node.yaml", Manifests.NODE);
    try (RunningWatcher _ = RunningWatcher.start(log, folder).awaitFollowing();
        RunningApplier applier = RunningApplier.start(log, List.of(backend)).awaitApplied(1)) {

      log.scribble(new LogRecord(Head.KEY, Optional.of(new byte[] {'7'}), Map.of()));

      Await.until().until(() -> applier.count("sluice.undecodable.records") == 1);
      Await.until().until(() -> applier.progress().undecodable().isEmpty());
      assertThat(log.history().entries()).as("no change").hasSize(1);
    }
  }

  @Test
  void aTakeOverFindsWhatWasWrittenWhileNoWatcherRan(TestLog log) throws Exception {
    write("node.yaml", Manifests.NODE);
    write("web.yaml", Manifests.service("web", "10.96.0.80"));
    write("gone.yaml", Manifests.service("gone", "10.96.0.81"));
    try (RunningWatcher _ = RunningWatcher.start(log, folder).awaitFollowing()) {
      assertThat(log.image().revision()).isEqualTo(3);
    }
    LogRecord gone = Poison.good(Manifests.service("gone", "10.96.0.81"));
    log.scribble(
        Poison.CUT_OFF.record(),
        Poison.with(gone, "no more"),
        new LogRecord(Head.KEY, Optional.of(new byte[] {'{'}), Map.of()));
    Files.delete(folder.resolve("gone.yaml"));

    try (RunningWatcher _ = RunningWatcher.start(log, folder).awaitFollowing();
        RunningApplier applier = RunningApplier.start(log, List.of(backend)).awaitApplied(5)) {
      assertThat(log.image().head().orElseThrow().epoch()).isEqualTo(2);
      assertThat(applier.progress().undecodable()).isEmpty();
      assertThat(log.history().entries().subList(3, 5))
          .extracting(change -> change.key().name(), change -> change.after().isPresent())
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("web", true),
              org.assertj.core.groups.Tuple.tuple("gone", false));
      assertThat(log.history().entries())
          .as("what was before is known")
          .filteredOn(change -> change.revision().number() > 3)
          .allMatch(change -> change.before().isPresent());
    }
  }

  @Test
  void aHeadThatNeverCouldBeReadIsNotWrittenOver(TestLog log) throws Exception {
    write("node.yaml", Manifests.NODE);
    log.withTopics().scribble(new LogRecord(Head.KEY, Optional.of(new byte[] {'{'}), Map.of()));

    try (RunningWatcher watcher = RunningWatcher.start(log, folder)) {
      assertThat(watcher.awaitReason("the head")).contains(log.topics().state(), "offset 0");
      assertThat(watcher.healthy()).isFalse();
      assertThat(log.state().entries()).isEmpty();
    }
  }

  @Test
  void anObjectOfOneMegabyteGoesThrough(TestLog log) throws Exception {
    write("node.yaml", Manifests.NODE);
    write("web.yaml", largeService(MANY_PORTS));
    try (RunningWatcher watcher = RunningWatcher.start(log, folder).awaitFollowing();
        RunningApplier applier = RunningApplier.start(log, List.of(backend)).awaitApplied(2)) {

      write("web.yaml", largeService(MANY_PORTS + 1));

      applier.awaitApplied(3);
      assertThat(watcher.tooLarge()).isEmpty();
      LogRecord state = last(log.records(log.topics().state()), Poison.KEY);
      assertThat(state.value().orElseThrow()).hasSizeGreaterThan(1 << 20);
      LogRecord history = last(log.records(log.topics().history()), Poison.KEY);
      assertThat(history.value().orElseThrow()).hasSizeGreaterThan(2 << 20);
      assertThat(ports(log)).isEqualTo(MANY_PORTS + 1);
      assertThat(backend.writes().getLast().services()).containsExactly("shop/web");
    }
  }

  @Test
  void whatIsLargerThanAProducerMaySendIsNamedAndHoldsBackNothing(TestLog log) throws Exception {
    try (TestLog narrow = log.with(Map.of("max.request.size", "200000"))) {
      assertTooLargeIsNamed(narrow);
    }
  }

  @Test
  void whatIsLargerThanTheTopicTakesIsNamedAndHoldsBackNothing(TestLog log) throws Exception {
    log.withTopics();
    limit(log, log.topics().history(), 20_000);

    assertTooLargeIsNamed(log);
  }

  private void assertTooLargeIsNamed(TestLog log) throws Exception {
    write("node.yaml", Manifests.NODE);
    write("web.yaml", Manifests.service("web", "10.96.0.80"));
    try (RunningWatcher watcher = RunningWatcher.start(log, folder).awaitFollowing();
        RunningApplier applier = RunningApplier.start(log, List.of(backend)).awaitApplied(2)) {

      write("web.yaml", largeService(MANY_PORTS));
      Await.until().until(() -> watcher.tooLarge().containsKey(Poison.KEY));
      write("other.yaml", Manifests.service("other", "10.96.0.81"));

      applier.awaitApplied(3);
      assertThat(watcher.healthy()).isTrue();
      assertThat(watcher.tooLarge()).containsOnlyKeys(Poison.KEY);
      assertThat(ports(log)).as("the last state that fitted").isEqualTo(1);
      assertThat(log.image().head().orElseThrow().epoch()).as("the term goes on").isEqualTo(1);
      assertThat(log.history().entries())
          .extracting(change -> change.revision().number())
          .containsExactly(1L, 2L, 3L);

      write("web.yaml", Manifests.service("web", "10.96.0.82"));

      applier.awaitApplied(4);
      Await.until().until(() -> watcher.tooLarge().isEmpty());
    }
    write("web.yaml", largeService(MANY_PORTS));
    try (RunningWatcher next = RunningWatcher.start(log, folder).awaitFollowing()) {
      assertThat(next.tooLarge()).containsOnlyKeys(Poison.KEY);
      assertThat(log.image().head().orElseThrow().epoch()).isEqualTo(2);
    }
  }

  private static int ports(TestLog log) throws Exception {
    return ((Service) log.image().get(WEB).orElseThrow()).ports().size();
  }

  private static LogRecord last(List<LogRecord> records, String key) {
    return records.stream().filter(one -> one.key().equals(key)).toList().getLast();
  }

  private static void limit(TestLog log, String topic, int bytes) throws Exception {
    ConfigEntry entry = new ConfigEntry("max.message.bytes", Integer.toString(bytes));
    Map<ConfigResource, Collection<AlterConfigOp>> change =
        Map.of(
            new ConfigResource(ConfigResource.Type.TOPIC, topic),
            List.of(new AlterConfigOp(entry, OpType.SET)));
    try (Admin admin = log.admin()) {
      admin.incrementalAlterConfigs(change).all().get();
    }
  }

  private static String largeService(int ports) {
    return IntStream.rangeClosed(1, ports)
        .mapToObj("    - { name: port-%1$d, protocol: TCP, port: %1$d }\n"::formatted)
        .collect(
            Collectors.joining(
                "",
                """
                apiVersion: v1
                kind: Service
                metadata: { name: web, namespace: shop }
                spec:
                  clusterIP: 10.96.0.80
                  ports:
                """,
                ""));
  }

  private void write(String file, String manifest) throws Exception {
    Files.writeString(folder.resolve(file), manifest);
  }
}
