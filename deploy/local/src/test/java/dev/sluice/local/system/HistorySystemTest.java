package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.Moment;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.kubernetes.ManifestFile;
import dev.sluice.events.kubernetes.ObservedObject;
import dev.sluice.events.log.PastReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands that tell what was, on a real log. */
@SystemTest
@Timeout(value = 3, unit = TimeUnit.MINUTES) // several programs, one after the other
class HistorySystemTest {
  private static final String OTHER_PORT = Manifests.WEB.replace("30080", "30081");

  static List<String> onLog(TestLog log, String command, String... more) {
    List<String> words = new ArrayList<>(List.of(command, "--bootstrap-servers"));
    words.add(log.kafka().bootstrapServers());
    words.addAll(List.of("--cluster", log.topics().cluster()));
    words.addAll(List.of(more));
    return words;
  }

  private static Program.Ended run(TestLog log, String command, String... more) throws Exception {
    return Program.run("sluice", onLog(log, command, more).toArray(String[]::new));
  }

  private static List<JsonNode> json(Program.Ended ended) {
    assertThat(ended.exitCode()).as(ended.errors()).isZero();
    return ended.output().lines().map(line -> JsonMapper.shared().readTree(line)).toList();
  }

  /** A node and a Service, whose endpoint, then port is replaced; then a slice goes. */
  private static Scribe incident(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE, Manifests.WEB); // 1 to 4
    scribe.publish(slice("10.244.1.3")); // 5
    scribe.publish(OTHER_PORT.substring(0, OTHER_PORT.indexOf("---"))); // 6
    scribe.delete("EndpointSlice/shop/web-ipv6"); // 7
    return scribe;
  }

  private static String slice(String address) {
    String slice = Manifests.WEB.split("---\n", -1)[1];
    return slice.replace("10.244.1.2", address);
  }

  @Test
  void historyTellsEachChangeFieldByField(TestLog log) throws Exception {
    var _ = incident(log);

    Program.Ended table = run(log, "history");
    assertThat(table.exitCode()).as(table.errors()).isZero();
    assertThat(table.errors()).isEmpty();
    List<String> lines = table.output().lines().toList();
    assertThat(lines).hasSize(8);
    assertThat(lines.getFirst()).matches(" *REVISION +TIME .*OBJECT +CHANGE");
    assertThat(lines.get(3)).contains("EndpointSlice/shop/web-ipv4", "created; service: +shop/web");
    assertThat(lines.get(5))
        .matches(" *5 .*observed .*EndpointSlice/shop/web-ipv4 .*")
        .endsWith("endpoints: -10.244.1.2 +10.244.1.3");
    assertThat(lines.get(6)).endsWith("ports[http].nodePort: 30080 -> 30081");
    assertThat(lines.get(7)).contains("deleted; service: -shop/web");

    List<JsonNode> service = json(run(log, "history", "--object", "svc/shop/web", "-o", "json"));
    assertThat(service)
        .extracting(change -> change.get("revision").asLong())
        .containsExactly(2L, 6L);
    JsonNode change = service.getLast();
    assertThat(change.get("operation").asString()).isEqualTo("updated");
    assertThat(change.get("cause").asString()).isEqualTo("observed");
    assertThat(change.get("fields").toString())
        .isEqualTo(
            "[{\"path\":\"ports[http].nodePort\",\"before\":\"30080\",\"after\":\"30081\"}]");
    assertThat(change.at("/before/ports/0/nodePort").asInt()).isEqualTo(30080);
    assertThat(change.at("/after/ports/0/nodePort").asInt()).isEqualTo(30081);
    assertThat(
            json(
                run(
                    log,
                    "history",
                    "--service",
                    "shop/web",
                    "--since",
                    "5",
                    "--until",
                    "6",
                    "-o",
                    "json")))
        .extracting(one -> one.get("revision").asLong())
        .containsExactly(5L, 6L);
  }

  @Test
  void historyIsFollowedAndTellsWhatCantBeRead(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE);
    try (KafkaProducer<byte[], byte[]> other = log.producer("other")) {
      other.beginTransaction();
      byte[] key = "Service/shop/bad".getBytes(StandardCharsets.UTF_8);
      var _ = other.send(new ProducerRecord<>(log.topics().history(), 0, key, key));
      other.commitTransaction();
    }
    try (Program history =
        Program.start(
            "sluice", onLog(log, "history", "--follow", "--since", "1h").toArray(String[]::new))) {
      Await.until().until(() -> history.output().contains("Node/node-1"));
      scribe.publish(Manifests.service("late", "10.96.0.99"));
      Await.until().until(() -> history.output().contains("Service/shop/late"));
      assertThat(history.errors())
          .contains(log.topics().history() + " offset 2 key Service/shop/bad can't be read");
      assertThat(history.isAlive()).isTrue();
      history.terminate();
    }
    Program.Ended ended = run(log, "history", "--object", "Node/node-1");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.errors()).contains("offset 2", "can't be read");
    assertThat(ended.output()).contains("Node/node-1");
  }

  @Test
  void theStateOfAMomentIsAFolderOfManifests(TestLog log, @TempDir Path folder) throws Exception {
    var _ = incident(log);

    Program.Ended state = run(log, "state", "--at", "4", "-o", "yaml");

    assertThat(state.exitCode()).as(state.errors()).isZero();
    Files.writeString(folder.resolve("all.yaml"), state.output());
    ManifestFile file = ManifestFile.read(folder.resolve("all.yaml"));
    ClusterImage image =
        Await.result(
                new PastReader(log.vertx(), log.kafka(), log.topics(), Duration.ofSeconds(20))
                    .at(new Moment.AtRevision(4)))
            .image();
    assertThat(file.problems()).isEmpty();
    assertThat(file.objects())
        .extracting(ObservedObject::object)
        .containsExactlyElementsOf(
            image.keys().stream().map(key -> image.get(key).orElseThrow()).toList());
    Program.Ended plan =
        Program.run(
            "sluice",
            "plan",
            "--manifests",
            folder.toString(),
            "--node-name",
            "node-1",
            "--proxy-mode",
            "iptables");
    List<String> digests = new ArrayList<>();
    Matcher matcher = Pattern.compile("# digest: (\\w+)").matcher(plan.output());
    while (matcher.find()) {
      digests.add(matcher.group(1));
    }
    JsonNode replayed =
        json(run(
                log,
                "replay",
                "--dry-run",
                "--from",
                "4",
                "--to",
                "4",
                "--node-name",
                "node-1",
                "--proxy-mode",
                "iptables",
                "-o",
                "json"))
            .getFirst();
    assertThat(digests)
        .containsExactly(
            replayed.at("/digests/IPv4").asString(), replayed.at("/digests/IPv6").asString());
    Program.Ended table = run(log, "state");
    assertThat(table.output())
        .contains("of shop/web, 1 of 1 ready: 10.244.1.3")
        .doesNotContain("web-ipv6");
    assertThat(table.errors()).contains("revision 7, ");
  }

  @Test
  void differencesAreThoseOfObjectsAndOfTheNodesRules(TestLog log) throws Exception {
    var _ = incident(log);

    Program.Ended diff =
        run(
            log,
            "diff",
            "--from",
            "4",
            "--to",
            "5",
            "--node-name",
            "node-1",
            "--proxy-mode",
            "iptables",
            "--exit-code");

    assertThat(diff.exitCode()).as(diff.errors()).isEqualTo(1);
    assertThat(diff.output())
        .contains("from revision 4, ", "to   revision 5, ", "objects that differ: 1")
        .contains("~ EndpointSlice/shop/web-ipv4\n    endpoints: -10.244.1.2 +10.244.1.3\n")
        .contains(
            "node-1, iptables, IPv4: ", "node-1, iptables, IPv6: 0 added, 0 removed, 0 changed")
        .containsPattern("~ nat KUBE-SVC-\\w+\n    - .*--to-destination 10.244.1.2:8080")
        .containsPattern("    \\+ .*--to-destination 10.244.1.3:8080");
    Program.Ended none = run(log, "diff", "--from", "5", "--to", "5", "--exit-code");
    assertThat(none.exitCode()).isZero();
    assertThat(none.output()).contains("objects that differ: 0");
    Program.Ended early = run(log, "diff", "--from", "2000-01-01", "--exit-code");
    assertThat(early.exitCode()).isEqualTo(2);
    assertThat(early.errors()).contains("the earliest is revision 1");
  }

  @Test
  void anExplanationTellsTheChangesThatMadeItSo(TestLog log) throws Exception {
    Scribe scribe = incident(log);
    scribe.delete("Service/shop/web"); // 8
    String[] words = {
      "10.96.0.80:80", "--node-name", "node-1", "--proxy-mode", "iptables", "--changes", "2"
    };

    Program.Ended then = run(log, "explain", with(words, "--at", "5"));

    assertThat(then.exitCode()).as(then.errors()).isZero();
    assertThat(then.output())
        .contains("forwarded to the one endpoint", "yes  10.244.1.3:8080")
        .contains("changes of shop/web and its EndpointSlices, the last 2 of 4\n")
        .containsPattern("revision 5, \\S+Z, observed, EndpointSlice/shop/web-ipv4: updated\n")
        .contains("      endpoints: -10.244.1.2 +10.244.1.3\n    before: forwarded to the one");
    Program.Ended now = run(log, "explain", with(words, "-o", "json"));
    assertThat(now.exitCode()).as(now.errors()).isZero();
    JsonNode answer = JsonMapper.shared().readTree(now.output());
    assertThat(answer.get("outcome").asString()).isEqualTo("Untouched");
    assertThat(answer.get("service").asString()).isEqualTo("shop/web");
    assertThat(answer.at("/changes/1/revision").asLong()).isEqualTo(8);
    assertThat(answer.at("/changes/1/operation").asString()).isEqualTo("deleted");
    assertThat(answer.at("/changes/1/outcomeBefore").asString()).startsWith("forwarded to the one");
    words[0] = "shop/web";
    assertThat(run(log, "explain", words).output())
        .startsWith("shop/web is not there\n")
        .containsPattern("revision 8, .* Service/shop/web: deleted");
    words[0] = "shop/wab";
    Program.Ended never = run(log, "explain", words);
    assertThat(never.exitCode()).isEqualTo(1);
    assertThat(never.errors()).contains("no Service shop/wab, and the log has had none");
  }

  private static String[] with(String[] words, String... more) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
