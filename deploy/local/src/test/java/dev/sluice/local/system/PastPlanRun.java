package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.cli.AppliedFlags;
import dev.sluice.applier.cli.PastPlans;
import dev.sluice.applier.fixture.RandomCluster;
import dev.sluice.applier.fixture.Site;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.Moment;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.Node;
import dev.sluice.events.report.AppliedProgram;
import dev.sluice.events.report.NodeEntry;
import dev.sluice.events.report.NodeReport;
import dev.sluice.events.report.NodeSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A node's life at random: changes of the cluster and of the node, and restarts of its applier with
 * other flags; and the question whether its rules can be planned afterwards as they were.
 */
final class PastPlanRun {
  private static final int SERVICES = 30;
  private static final int MOST_AT_ONCE = 5;
  private static final Duration INTERVAL = Duration.ofMillis(300);

  private final TestLog log;
  private final KernelNode node;
  private final Random random;
  private final String seed;
  private final Scribe scribe;
  private final RandomCluster cluster;
  private Node here = Site.narrow().here();

  PastPlanRun(TestLog log, KernelNode node, long seed) throws Exception {
    this.log = log;
    this.node = node;
    this.seed = "seed " + seed;
    random = new Random(seed);
    scribe = log.scribe();
    cluster = new RandomCluster(random, Site.narrow());
    scribe.edit(
        cluster.of(SERVICES).stream()
            .map(object -> new RandomCluster.Edit(object.key(), Optional.of(object)))
            .toList());
  }

  /** So many changes while an applier with these flags runs. */
  void live(int changes, String... flags) throws Exception {
    AppliedFlags parsed = AppliedFlags.parse(flags);
    try (RunningApplier applier =
        RunningApplier.startReporting(
            Site.HERE, log, node.modes(parsed.iptables(), parsed.ipvs()), parsed, INTERVAL)) {
      applier.awaitApplied(1);
      for (int done = 0; done < changes; ) {
        int now = Math.min(1 + random.nextInt(MOST_AT_ONCE), changes - done);
        scribe.edit(edits(now));
        done += now;
        if (random.nextInt(3) == 0) {
          applier.awaitApplied(scribe.revision()); // or a busy machine would apply all in one
        }
      }
      applier.awaitApplied(scribe.revision());
      Await.until()
          .until(() -> log.report(Site.HERE).orElseThrow().revision() == scribe.revision());
    }
  }

  /** From now on, heads say that the mode auto means this. */
  void mode(String name) throws Exception {
    scribe.mode(name).publish();
  }

  private List<RandomCluster.Edit> edits(int number) {
    List<RandomCluster.Edit> edits = new ArrayList<>();
    while (edits.size() < number) {
      RandomCluster.Edit edit = random.nextInt(40) == 0 ? nodeEdit() : cluster.edit(SERVICES);
      // a key twice in one transaction is not what a watcher does
      if (edits.stream().noneMatch(other -> other.key().equals(edit.key()))) {
        edits.add(edit);
      }
    }
    return edits;
  }

  private RandomCluster.Edit nodeEdit() {
    here =
        new Node(
            here.name(),
            here.addresses(),
            random.nextBoolean() ? Site.ZONE : "zone-b",
            here.podCidrs(),
            random.nextInt(4) == 0,
            false);
    ClusterObject object = here;
    return new RandomCluster.Edit(object.key(), Optional.of(object));
  }

  /**
   * Plans each revision that was reported, by what is on the log, and compares digests.
   *
   * @param restarts how many times an applier was started with other flags than before
   * @return how many revisions that were
   */
  int checkAll(int restarts) throws Exception {
    List<NodeReport> reports = new ArrayList<>();
    Map<String, NodeSettings> settings = new LinkedHashMap<>();
    for (NodeEntry entry : log.nodes()) {
      switch (entry) {
        case NodeEntry.Reported(NodeReport report) -> reports.add(report);
        case NodeEntry.Configured(NodeSettings one) -> settings.put(one.key(), one);
        case NodeEntry.Forgotten _ -> throw new AssertionError(entry);
      }
    }
    reports.removeIf(report -> report.applied().isEmpty());
    assertThat(reports).allSatisfy(report -> assertThat(report.health().errors()).isEmpty());
    assertThat(settings.values().stream().map(NodeSettings::options).distinct())
        .hasSizeGreaterThanOrEqualTo(restarts);
    List<NodeSettings> told = List.copyOf(settings.values());
    Map<Long, AppliedProgram> last = new TreeMap<>();
    reports.stream()
        .map(report -> report.applied().orElseThrow())
        .forEach(program -> last.put(program.revision(), program));
    Map<Long, ClusterImage> images = images(last.keySet());
    for (AppliedProgram program : last.values()) {
      assertThat(digests(images, program.revision(), Moment.NOW, told))
          .as("revision %d, %s", program.revision(), seed)
          .isEqualTo(program.digests());
    }
    for (NodeReport report : reports) {
      AppliedProgram program = report.applied().orElseThrow();
      Moment then = new Moment.AtTime(program.appliedAt());
      assertThat(digests(images, program.revision(), then, told))
          .as("revision %d at %s, %s", program.revision(), program.appliedAt(), seed)
          .isEqualTo(program.digests());
    }
    checkByCommand(told, last);
    return last.size();
  }

  private static Map<String, String> digests(
      Map<Long, ClusterImage> images, long revision, Moment moment, List<NodeSettings> settings)
      throws Exception {
    return PastPlans.digests(
        Site.HERE, Optional.ofNullable(images.get(revision)).orElseThrow(), moment, settings);
  }

  /** The cluster at these revisions, by one pass over the history. */
  private Map<Long, ClusterImage> images(Set<Long> revisions) throws Exception {
    Map<Long, ClusterImage> images = new TreeMap<>();
    ClusterImage image = ClusterImage.EMPTY;
    for (Change change : log.history().entries()) {
      ClusterDelta delta = new ClusterDelta(image);
      delta.replay(new StateEntry.ObjectState(change.key(), change.revision(), change.after()));
      long number = change.revision().number();
      delta.replay(
          new StateEntry.HeadState(new Head(Scribe.CLUSTER_ID, 1, number, true, Optional.empty())));
      image = delta.apply();
      if (revisions.contains(number)) {
        images.put(number, image);
      }
    }
    return images;
  }

  /** Some revisions by the command itself: the first and the last of each set of settings. */
  private void checkByCommand(List<NodeSettings> settings, Map<Long, AppliedProgram> reported)
      throws Exception {
    Set<Long> revisions = new TreeSet<>(reported.keySet());
    Set<Long> some =
        settings.stream()
            .flatMap(one -> revisions.stream().filter(each -> each >= one.fromRevision()).limit(2))
            .collect(Collectors.toCollection(TreeSet::new));
    some.add(revisions.stream().max(Long::compare).orElseThrow());
    for (long revision : some) {
      PastPlans.Ended ended = plan(Long.toString(revision));
      assertThat(ended.exitCode()).as(ended.err()).isZero();
      Map<String, String> digests = new TreeMap<>();
      for (JsonNode family : JsonMapper.shared().readTree(ended.out())) {
        assertThat(family.get("revision").asLong()).isEqualTo(revision);
        digests.put(family.get("family").asString(), family.get("digest").asString());
      }
      assertThat(digests)
          .as("revision %d, %s: %s", revision, seed, ended.err())
          .isEqualTo(Optional.ofNullable(reported.get(revision)).orElseThrow().digests());
      assertThat(ended.err()).contains("the same digest was reported: revision " + revision);
    }
  }

  /** The command. */
  PastPlans.Ended plan(String moment) {
    return PastPlans.run(
        "plan",
        "--bootstrap-servers",
        log.kafka().bootstrapServers(),
        "--cluster",
        log.topics().cluster(),
        "--node-name",
        Site.HERE,
        "--at",
        moment,
        "-o",
        "json");
  }
}
