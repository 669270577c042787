package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.SluiceHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a packet fares is told from the log as from manifests. */
@SystemTest
class ExplainSystemTest {
  private static final String QUESTION =
      "192.0.2.11:30080 --node-name node-1 --proxy-mode iptables --cluster-cidr 10.244.0.0/16";

  private static Program.Ended explain(String... source) throws Exception {
    List<String> words = new ArrayList<>(List.of("explain"));
    words.addAll(List.of(QUESTION.split(" ", -1)));
    words.addAll(List.of(source));
    return Program.run("sluice", words.toArray(String[]::new));
  }

  private static Program.Ended explain(TestLog log, String... more) throws Exception {
    List<String> source = new ArrayList<>(List.of("--bootstrap-servers"));
    source.add(log.kafka().bootstrapServers());
    source.addAll(List.of("--cluster", log.topics().cluster()));
    source.addAll(List.of(more));
    return explain(source.toArray(String[]::new));
  }

  private static Path shop() {
    return SluiceHome.find().resolve("deploy/examples/shop");
  }

  private static String manifests() throws IOException {
    try (Stream<Path> files = Files.list(shop())) {
      List<String> texts = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        texts.add(Files.readString(file));
      }
      return String.join("\n---\n", texts);
    }
  }

  @Test
  void theLogAndItsManifestsGiveTheSameAnswer(TestLog log) throws Exception {
    log.scribe().publish(manifests());

    Program.Ended fromLog = explain(log);

    assertThat(fromLog.errors()).isEmpty();
    assertThat(fromLog.exitCode()).isZero();
    String fromManifests = explain("--manifests", shop().toString()).output();
    // only the log knows what led to it
    assertThat(fromLog.output())
        .contains("forwarded to one of 3 endpoints")
        .startsWith(fromManifests + "\nchanges of shop/web and its EndpointSlices\n  revision ");
    assertThat(explain(log, "--changes", "0").output()).isEqualTo(fromManifests);
  }

  @Test
  void whatTheLogNoLongerHasIsNotUsed(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(manifests());
    scribe.delete("EndpointSlice/shop/web-4w9rd");

    assertThat(explain(log).output()).contains("on node-1: refused");
  }

  @Test
  void aLogThatDoesNotHoldTheWholeClusterIsNotBelieved(TestLog log) throws Exception {
    log.scribe().complete(false).publish(manifests());

    failsWith(explain(log), "does not hold the whole cluster");
  }

  @Test
  void aLogThatIsNotThereIsGivenUpInTime(TestLog log) throws Exception {
    failsWith(explain(log, "--timeout", "2s"), log.topics().state(), "within 2 s");
  }

  @Test
  void aBrokerThatDoesNotAnswerIsGivenUpInTime() throws Exception {
    failsWith(
        explain("--bootstrap-servers", "127.0.0.1:1", "--timeout", "2s"),
        "127.0.0.1:1",
        "within 2 s");
  }

  private static void failsWith(Program.Ended ended, String... named) {
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.output()).isEmpty();
    assertThat(ended.errors().lines()).singleElement().asString().contains(named);
  }
}
