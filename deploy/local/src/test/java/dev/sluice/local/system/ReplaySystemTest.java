package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.local.lab.KernelTest;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An incident again: the same digests wherever and from wherever it is replayed. */
@SystemTest
@KernelTest
@Timeout(value = 3, unit = TimeUnit.MINUTES) // several programs, one after the other
class ReplaySystemTest {
  private static final String[] NODE = {"--node-name", "node-1", "--proxy-mode", "iptables"};

  private static String[] words(TestLog log, String... more) {
    List<String> words = HistorySystemTest.onLog(log, "replay", NODE);
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  /** The digests of both families by revision. */
  static NavigableMap<Long, String> digests(Program.Ended replay) {
    assertThat(replay.exitCode()).as(replay.errors()).isZero();
    NavigableMap<Long, String> digests = new TreeMap<>();
    replay
        .output()
        .lines()
        .map(line -> JsonMapper.shared().readTree(line))
        .forEach(line -> digests.put(line.get("revision").asLong(), text(line.get("digests"))));
    return digests;
  }

  private static String text(JsonNode digests) {
    return digests.get("IPv4").asString() + " " + digests.get("IPv6").asString();
  }

  /** Services and slices come, change and go, and so does the node's address. */
  static long randomChanges(Scribe scribe, long seed, int changes) throws Exception {
    Random random = new Random(seed);
    scribe.publish(Manifests.NODE, Manifests.WEB);
    List<String> there = new ArrayList<>();
    for (int i = 0; i < changes; i++) {
      String name = "s" + random.nextInt(4);
      switch (random.nextInt(5)) {
        case 0 -> scribe.publish(Manifests.service(name, "10.96.1." + (1 + random.nextInt(9))));
        case 1, 2 -> {
          scribe.publish(Manifests.slice(name, "10.244.1." + (2 + random.nextInt(9))));
          there.add("EndpointSlice/shop/" + name);
        }
        case 3 -> {
          if (there.isEmpty()) {
            scribe.publish(Manifests.NODE.replace("172.20.0.1", "172.20.0." + (2 + i)));
          } else {
            String gone = there.removeLast();
            there.removeIf(gone::equals);
            scribe.delete(gone);
          }
        }
        default ->
            scribe.publish(
                Manifests.service(name, "10.96.1.1" + name.charAt(1)),
                Manifests.slice(name, "10.244.1.99"));
      }
    }
    return scribe.revision();
  }

  @Test
  void theKernelHasWhatADryRunSaysAfterEveryChange(TestLog log) throws Exception {
    long last = randomChanges(log.scribe(), 4711, 30);

    NavigableMap<Long, String> all =
        digests(Program.run("sluice", words(log, "--dry-run", "--from", "4", "-o", "json")));
    NavigableMap<Long, String> later =
        digests(Program.run("sluice", words(log, "--dry-run", "--from", "15", "-o", "json")));

    assertThat(all.keySet()).hasSize((int) last - 3).contains(4L, last);
    assertThat(later).isEqualTo(all.tailMap(15L, true));
    assertThat(all.values().stream().distinct().count()).isGreaterThan(10);
    try (KernelNode node = KernelNode.create(Variant.NFT)) {
      String name = node.namespace().name();
      Program.Ended replay =
          Program.run(
              "sluice",
              words(
                  log, "--netns", name, "--iptables-variant", "nft", "--from", "4", "-o", "json"));
      assertThat(digests(replay)).isEqualTo(all);
      assertThat(node.rules()).contains("KUBE-SERVICES");

      Program.Ended again =
          Program.run(
              "sluice", words(log, "--netns", name, "--iptables-variant", "nft", "--from", "4"));
      assertThat(again.exitCode()).isEqualTo(1);
      assertThat(again.errors()).contains("has rules of a proxy already", "--dry-run");
    }
  }

  @Test
  void theMainNamespaceIsRefusedBeforeAnythingIsWritten(TestLog log) throws Exception {
    log.scribe().publish(Manifests.NODE, Manifests.WEB);

    Program.Ended replay = Program.run("sluice", words(log, "--from", "4"));

    assertThat(replay.exitCode()).isEqualTo(1);
    assertThat(replay.errors()).contains("main network namespace", "--netns", "--force");
    assertThat(replay.output()).isEmpty();
  }

  @Test
  void aDryRunPrintsTheProgramAndEachDifferenceAtTheSpeedOfThen(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE, Manifests.WEB);
    Thread.sleep(1500); // the time between two changes is what is shown here
    scribe.publish(Manifests.WEB.split("---\n", -1)[1].replace("10.244.1.2", "10.244.1.7"));
    long start = System.nanoTime();

    Program.Ended replay =
        Program.run("sluice", words(log, "--dry-run", "--from", "4", "--speed", "0.5"));

    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isGreaterThan(3000);
    assertThat(replay.exitCode()).as(replay.errors()).isZero();
    assertThat(replay.output())
        .contains("# digest: ", "*nat", "-A KUBE-SVC-")
        .containsPattern(" 5  .*EndpointSlice/shop/web-ipv4 +endpoints: -10.244.1.2 \\+10.244.1.7")
        .contains("    + -A KUBE-SVC-");
  }
}
