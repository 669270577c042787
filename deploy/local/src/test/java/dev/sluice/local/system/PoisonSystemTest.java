package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.Head;
import dev.sluice.events.event.LogRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Records that are not of the log's format: what an applier and the command line make of them. */
@SystemTest
class PoisonSystemTest {
  private static final Duration PERIOD = Duration.ofSeconds(30);

  private final FakeBackend backend = new FakeBackend();

  @Test
  void eachIsToldAndChangesNothingUntilAGoodOneFollows(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    long revision = scribe.publish(Manifests.NODE, Manifests.service("web", "10.96.0.80"));
    try (RunningApplier applier = RunningApplier.start(log, List.of(backend))) {
      applier.awaitApplied(revision);
      int seen = 0;
      for (Poison poison : Poison.values()) {
        int writes = backend.writes().size();

        log.scribble(poison.record());
        // what comes after it is not held back
        applier.awaitApplied(scribe.publish(Manifests.service("other-" + seen, "10.96.1.1")));

        seen++;
        assertThat(applier.count("sluice.undecodable.records")).as("%s", poison).isEqualTo(seen);
        assertThat(applier.gauge("sluice.undecodable.keys")).isEqualTo(1);
        assertThat(applier.progress().undecodable()).containsOnlyKeys(Poison.KEY);
        assertThat(applier.progress().undecodable().get(Poison.KEY))
            .as("%s", poison)
            .matches(log.topics().state() + " offset \\d+: record \"" + Poison.KEY + "\": .+");
        assertThat(backend.writes()).as("%s", poison).hasSize(writes + 1);
        assertThat(backend.writes().getLast().services())
            .containsExactly("shop/other-" + (seen - 1));
        assertThat(applier.progress().ready(Instant.now(), PERIOD)).as("%s", poison).isTrue();

        applier.awaitApplied(scribe.publish(Manifests.service("web", "10.96.0." + seen)));

        assertThat(applier.progress().undecodable()).as("%s", poison).isEmpty();
        assertThat(applier.gauge("sluice.undecodable.keys")).isZero();
        assertThat(backend.writes().getLast().services()).containsExactly("shop/web");
      }
    }
  }

  @Test
  void whatStandsWithItInATransactionIsApplied(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE, Manifests.service("web", "10.96.0.80"));
    log.scribble(
        Poison.good(Manifests.service("one", "10.96.0.81")),
        Poison.GARBAGE.record(),
        Poison.good(Manifests.service("two", "10.96.0.82")));

    try (RunningApplier applier = RunningApplier.start(log, List.of(backend)).awaitApplied(2)) {
      assertThat(backend.writes().getFirst().services())
          .containsExactlyInAnyOrder("shop/web", "shop/one", "shop/two");
      assertThat(applier.progress().undecodable()).containsOnlyKeys(Poison.KEY);
    }
  }

  @Test
  void aKindThatIsNotKnownIsToldUntilItIsDeleted(TestLog log) throws Exception {
    log.scribe().publish(Manifests.NODE);
    LogRecord service = Poison.good(Manifests.service("web", "10.96.0.80"));
    try (RunningApplier applier = RunningApplier.start(log, List.of(backend)).awaitApplied(1)) {
      log.scribble(
          new LogRecord("Gateway/shop/web", service.value(), service.headers()),
          new LogRecord("", service.value(), service.headers()));
      Await.until().until(() -> applier.progress().undecodable().size() == 2);
      assertThat(applier.progress().undecodable()).containsOnlyKeys("", "Gateway/shop/web");

      log.scribble(
          new LogRecord("Gateway/shop/web", Optional.empty(), Map.of()),
          new LogRecord("", Optional.empty(), Map.of()));

      Await.until().until(() -> applier.progress().undecodable().isEmpty());
      assertThat(backend.writes()).hasSize(1);
    }
  }

  @Test
  void whatALaterVersionAddsIsPassedOver(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE);
    LogRecord good = Poison.good(Manifests.service("web", "10.96.0.80"));
    ObjectNode value = (ObjectNode) JsonMapper.shared().readTree(Poison.text(good));
    value.putObject("trafficDistribution").put("strategy", "PreferClose");
    ((ObjectNode) value.get("ports").get(0)).put("appProtocol", "h2c");
    Map<String, String> headers = new LinkedHashMap<>(good.headers());
    headers.put("ce_traceparent", "00-1-2-3");
    try (RunningApplier applier = RunningApplier.start(log, List.of(backend)).awaitApplied(1)) {

      LogRecord later = Poison.with(good, value.toString());
      log.scribble(new LogRecord(later.key(), later.value(), headers));

      Await.until().until(() -> backend.writes().size() == 2);
      assertThat(backend.writes().getLast().services()).containsExactly("shop/web");
      assertThat(applier.progress().undecodable()).isEmpty();
    }
  }

  @Test
  void aHeadThatCannotBeReadLeavesTheOneBeforeIt(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE);
    try (RunningApplier running = RunningApplier.start(log, List.of(backend)).awaitApplied(1)) {
      log.scribble(new LogRecord(Head.KEY, Optional.of(new byte[] {'{'}), Map.of()));
      Await.until().until(() -> running.progress().undecodable().containsKey(Head.KEY));

      FakeBackend another = new FakeBackend();
      try (RunningApplier late = RunningApplier.start(log, List.of(another)).awaitApplied(1)) {
        assertThat(late.progress().undecodable()).containsOnlyKeys(Head.KEY);
        long revision = scribe.publish(Manifests.service("web", "10.96.0.80"));

        running.awaitApplied(revision);
        late.awaitApplied(revision);
        assertThat(running.progress().undecodable()).isEmpty();
        assertThat(late.progress().undecodable()).isEmpty();
      }
    }
  }

  @Test
  void theCommandLineUsesTheLastGoodStateAndSaysSo(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE, Manifests.WEB);
    log.scribble(Poison.CUT_OFF.record());

    Program.Ended poisoned = explain(log);

    assertThat(poisoned.output()).contains("forwarded to");
    assertThat(poisoned.errors().lines())
        .singleElement()
        .asString()
        .contains(log.topics().state() + " offset ", "record \"" + Poison.KEY + "\"");
    assertThat(poisoned.exitCode()).isEqualTo(1);

    scribe.publish(Manifests.WEB);

    Program.Ended healed = explain(log);
    assertThat(healed.errors()).isEmpty();
    assertThat(healed.output()).isEqualTo(poisoned.output());
    assertThat(healed.exitCode()).isZero();
  }

  @Test
  void aPlanFromTheLogUsesTheLastGoodStateAndSaysSo(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE, Manifests.WEB);
    log.scribble(Poison.STRUCTURE_OF_A_LATER_VERSION.record());
    log.scribbleTo(
        log.topics().nodes(),
        new LogRecord("node-1", Optional.of(new byte[] {'{'}), Map.of()),
        new LogRecord("node-1/settings/1/1", Optional.of(new byte[] {'7'}), Map.of()));

    Program.Ended poisoned = plan(log);

    assertThat(poisoned.output()).contains("10.96.0.80/32", "10.244.1.2:8080");
    assertThat(poisoned.errors())
        .contains(
            log.topics().state() + " offset ",
            "record \"" + Poison.KEY + "\"",
            log.topics().nodes() + " offset ",
            "record \"node-1\"",
            "record \"node-1/settings/1/1\"");
    assertThat(poisoned.exitCode()).isEqualTo(1);

    scribe.publish(Manifests.WEB);

    Program.Ended healed = plan(log);
    assertThat(healed.errors()).doesNotContain(Poison.KEY);
    assertThat(healed.output()).isEqualTo(poisoned.output());
    assertThat(healed.exitCode()).isZero();
  }

  private static Program.Ended plan(TestLog log) throws Exception {
    return run(log, "plan --node-name node-1");
  }

  private static Program.Ended explain(TestLog log) throws Exception {
    // the changes differ: healing is some more of them
    return run(log, "explain 10.96.0.80:80 --changes 0 --from 10.244.1.3 --node-name node-1");
  }

  private static Program.Ended run(TestLog log, String words) throws Exception {
    return Program.run(
        "sluice",
        (words
                + " --proxy-mode iptables --bootstrap-servers "
                + log.kafka().bootstrapServers()
                + " --cluster "
                + log.topics().cluster())
            .split(" ", -1));
  }
}
