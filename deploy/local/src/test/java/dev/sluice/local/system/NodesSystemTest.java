package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.cli.AppliedFlags;
import dev.sluice.applier.cli.InThisJvm;
import dev.sluice.applier.program.Backend.Refusal;
import dev.sluice.events.log.FleetFollower;
import dev.sluice.events.log.NodesUpkeep;
import dev.sluice.events.log.NodesWriter;
import dev.sluice.events.report.NodeCodec;
import dev.sluice.events.report.NodeEntry;
import dev.sluice.events.report.NodeReport;
import dev.sluice.events.report.NodeSettings;
import io.vertx.core.Promise;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What nodes report, and what can be seen of all of them. */
@SystemTest
class NodesSystemTest {
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  @Test
  void everyNodeIsListedTheLiveOnesWithWhatTheyHaveTheOthersWithAReason(TestLog log)
      throws Exception {
    Scribe scribe = log.scribe();
    FakeBackend kernel = new FakeBackend();
    try (RunningApplier one = start("node-1", log, kernel);
        RunningApplier ended = start("node-2", log, new FakeBackend())) {
      scribe.publish(Manifests.NODE, Manifests.OTHER_NODE);
      scribe.publish(Manifests.NODE.replace("node-1", "node-3"));
      one.awaitApplied(3);
      ended.awaitApplied(3);
      kernel.refuse(new Refusal("Service/shop/web", "EINVAL"));
      long revision = scribe.publish(Manifests.WEB);
      awaitReport(log, "node-1", revision);
      awaitReport(log, "node-2", revision);
      ended.stop();
      Await.until().until(() -> log.report("node-2").orElseThrow().leaving());

      InThisJvm.Ended table = nodes(log);

      assertThat(table.exitCode()).as(table.err()).isZero();
      assertThat(table.out().lines())
          .anyMatch(line -> line.matches("node-1 +6 +0 +\\S+s +iptables +yes +IPv4 0{12} +1"))
          .anyMatch(line -> line.matches("node-2 +6 +its applier has ended.*"))
          .anyMatch(line -> line.matches("node-3 +- +has not reported"))
          .anyMatch(line -> line.contains("Service/shop/web IPv4: EINVAL"))
          .anyMatch(line -> line.startsWith("log at revision 6; 1 of 3 nodes are live, 1 of them"))
          .anyMatch(
              line -> line.matches("from change to kernel, \\d+ times in the last 10m: p50 <=.*"));

      JsonNode json = JsonMapper.shared().readTree(nodes(log, "-o", "json").out());
      assertThat(json.get("live").get(0).get("node").asString()).isEqualTo("node-1");
      assertThat(json.get("live").get(0).get("digests").get("IPv4").asString()).hasSize(32);
      assertThat(json.get("notLive")).hasSize(2);
      assertThat(json.get("latencies").get("p99Millis").asLong()).isPositive();
    }
  }

  @Test
  void aRevisionIsWaitedForAndWhoIsLateIsNamed(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    FakeBackend slow = new FakeBackend();
    scribe.publish(Manifests.NODE, Manifests.OTHER_NODE, Manifests.WEB);
    try (RunningApplier one = start("node-1", log, new FakeBackend());
        RunningApplier two = start("node-2", log, slow);
        AutoCloseable _ = slow::release) {
      one.awaitApplied(5);
      two.awaitApplied(5);
      awaitReport(log, "node-1", 5);
      awaitReport(log, "node-2", 5);
      slow.holdWrites();
      long revision = scribe.publish(Manifests.WEB.replace("10.244.1.2", "10.244.1.3"));
      Await.until().until(slow::holdsOne);

      InThisJvm.Ended late = nodes(log, "--wait-for", "now", "--timeout", "2s");
      assertThat(late.exitCode()).isEqualTo(1);
      assertThat(late.err())
          .contains("after 2s not every node has revision 8: node-2 has 5")
          .doesNotContain("node-1");
      assertThat(late.out()).contains("2 of 2 nodes are live, 1 of them have revision 8");

      slow.release();
      InThisJvm.Ended reached = nodes(log, "--wait-for", Long.toString(revision));
      assertThat(reached.exitCode()).as(reached.err()).isZero();
      assertThat(reached.err()).isEmpty();

      // one that does not live keeps nobody waiting, unless that is asked for
      scribe.publish(Manifests.NODE.replace("node-1", "node-3"));
      assertThat(nodes(log, "--wait-for", "now").exitCode()).isZero();
      InThisJvm.Ended all = nodes(log, "--wait-for", "now", "--all-nodes", "--timeout", "1s");
      assertThat(all.exitCode()).isEqualTo(1);
      assertThat(all.err()).contains("node-3 has not reported");
    }
  }

  @Test
  void whatNeedsNothingFromTheKernelCountsAsAppliedAtOnce(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE, Manifests.WEB);
    FakeBackend kernel = new FakeBackend();
    try (RunningApplier applier = start("node-1", log, kernel)) {
      applier.awaitApplied(4);
      int before = kernel.attempts().size();

      long revision = scribe.publish(Manifests.OTHER_NODE);

      awaitReport(log, "node-1", revision);
      assertThat(applier.progress().revision()).isEqualTo(revision);
      assertThat(kernel.attempts()).hasSize(before);
    }
  }

  @Test
  void aRestartWithoutAChangeKeepsTheSettingsOfBeforeAndWhatIsRepeatedIsRemoved(TestLog log)
      throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE, Manifests.WEB);
    for (String flags :
        List.of("--masquerade-all", "--masquerade-all", "--detect-local-mode=NodeCIDR")) {
      try (RunningApplier applier = start("node-1", log, new FakeBackend(), flags)) {
        applier.awaitApplied(4);
        awaitReport(log, "node-1", 4);
      }
    }
    assertThat(settings(log)).hasSize(3);

    int removed = upkeep(log);

    assertThat(removed).isEqualTo(1);
    assertThat(settings(log)).hasSize(2);
    assertThat(settings(log).stream().map(one -> one.options().get("--masquerade-all")))
        .containsExactly("true", "false");
    assertThat(upkeep(log)).isZero();
  }

  @Test
  void whatHistoryNoLongerTellsOfNeedsNoSettings(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    List<NodeSettings> old = new ArrayList<>();
    for (int year = 2001; year <= 2003; year++) {
      old.add(
          new NodeSettings(
              "node-1",
              Scribe.CLUSTER_ID,
              1,
              year,
              Instant.parse(year + "-01-01T00:00:00Z"),
              "iptables",
              1,
              Map.of("--nodeport-addresses", "10.0." + (year - 2000) + ".0/24")));
    }
    NodesWriter writer = new NodesWriter(log.vertx(), log.kafka(), log.topics());
    Await.result(writer.write(old.stream().map(new NodeCodec()::encode).toList()));
    Await.result(writer.close());
    scribe.publish(Manifests.NODE);

    assertThat(upkeep(log)).isEqualTo(2);

    assertThat(settings(log)).containsExactly(old.getLast());
  }

  private static RunningApplier start(String node, TestLog log, FakeBackend kernel, String... flags)
      throws Exception {
    String[] all =
        Stream.concat(Stream.of("--proxy-mode", "iptables"), Stream.of(flags))
            .toArray(String[]::new);
    return RunningApplier.startReporting(
        node, log, RunningApplier.iptables(List.of(kernel)), AppliedFlags.parse(all), INTERVAL);
  }

  private static void awaitReport(TestLog log, String node, long revision) {
    Await.until().until(() -> log.report(node).map(NodeReport::revision).orElse(0L) >= revision);
  }

  private static InThisJvm.Ended nodes(TestLog log, String... more) {
    return InThisJvm.run(
        Stream.concat(
                Stream.of(
                    "nodes",
                    "--bootstrap-servers",
                    log.kafka().bootstrapServers(),
                    "--cluster",
                    log.topics().cluster()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private static int upkeep(TestLog log) throws Exception {
    FleetFollower follower =
        new FleetFollower(log.vertx(), log.kafka(), log.topics(), Clock.systemUTC());
    Promise<Integer> removed = Promise.promise();
    log.vertx()
        .runOnContext(
            _ ->
                follower.start(
                    () -> {
                      if (follower.atEnd()) {
                        new NodesUpkeep(log.vertx(), log.kafka(), log.topics())
                            .run(follower.fleet())
                            .onSuccess(removed::tryComplete)
                            .onFailure(removed::tryFail);
                      }
                    }));
    try {
      return Await.result(removed.future());
    } finally {
      Await.result(follower.close());
    }
  }

  /** Those that a reader of the topic knows in the end. */
  private static List<NodeSettings> settings(TestLog log) throws Exception {
    Map<String, NodeSettings> settings = new java.util.LinkedHashMap<>();
    for (NodeEntry entry : log.nodes()) {
      switch (entry) {
        case NodeEntry.Configured(NodeSettings one) -> settings.put(one.key(), one);
        case NodeEntry.Forgotten(String key) -> settings.remove(key);
        case NodeEntry.Reported _ -> {}
      }
    }
    return List.copyOf(settings.values());
  }
}
