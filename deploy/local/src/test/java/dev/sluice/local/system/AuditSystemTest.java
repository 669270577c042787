package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.cli.AppliedFlags;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.LogRecord;
import dev.sluice.events.schema.RecordSchemas;
import dev.sluice.local.SluiceHome;
import dev.sluice.local.apiserver.ApiObjects;
import dev.sluice.local.apiserver.ApiResource;
import dev.sluice.local.apiserver.FakeApiServer;
import dev.sluice.local.apiserver.FakeCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The log as others read it: by its schemas, by Kafka's own tools, by a program of their own. */
@SystemTest
class AuditSystemTest {
  private static final String DOCUMENT = "events.md";
  private static final JsonMapper JSON = JsonMapper.shared();

  private final RecordSchemas schemas = RecordSchemas.closed();

  @TempDir Path folder;

  @Test
  void everythingThatAWatcherWritesIsAsTheSchemasSayAndNothingMore(TestLog log) throws Exception {
    copy(SluiceHome.find().resolve("deploy/examples/shop"));
    copy(SluiceHome.find().resolve("events-schema/src/test/resources/fixtures"));
    // the same objects as others of them
    Files.delete(folder.resolve("service-before.yaml"));
    Files.delete(folder.resolve("node-before.yaml"));
    Files.delete(folder.resolve("web.yaml"));
    try (RunningWatcher _ = RunningWatcher.start(log, folder).awaitFollowing()) {
      long first = log.image().revision();
      Files.delete(folder.resolve("service-other-proxy.yaml"));
      copyOver("node-before.yaml", "node.yaml");
      Await.until().until(() -> log.image().revision() == first + 2);
    }
    // a second term, whose changes nobody saw
    copyOver("service-before.yaml", "service.yaml");
    try (RunningWatcher _ = RunningWatcher.start(log, folder).awaitFollowing()) {
      List<LogRecord> state = log.records(log.topics().state());
      List<LogRecord> history = log.records(log.topics().history());

      assertThat(state).allSatisfy(one -> assertThat(schemas.stateErrors(one)).isEmpty());
      assertThat(history).allSatisfy(one -> assertThat(schemas.historyErrors(one)).isEmpty());
      assertThat(history)
          .extracting(one -> one.headers().get("ce_type"))
          .contains(
              "dev.sluice.service.upserted",
              "dev.sluice.service.deleted",
              "dev.sluice.endpointslice.upserted",
              "dev.sluice.node.upserted");
      assertEverythingDeclaredIsThere(state, history);
    }
  }

  @Test
  void ofAnApiServerTheVersionsAreTold(TestLog log) throws Exception {
    FakeCluster cluster = new FakeCluster();
    cluster.put(ApiResource.NODES, ApiObjects.node("node-1", "192.0.2.11"));
    cluster.put(ApiResource.SERVICES, ApiObjects.service("shop", "web", "10.96.0.80", 80));
    cluster.put(
        ApiResource.ENDPOINT_SLICES,
        ApiObjects.endpointSlice("shop", "web-1", "web", 8080, List.of("10.244.1.2")));
    try (FakeApiServer api = new FakeApiServer(cluster);
        RunningWatcher _ = RunningWatcher.startOf(api, log).awaitFollowing()) {
      int version =
          cluster.put(ApiResource.SERVICES, ApiObjects.service("shop", "web", "10.96.0.81", 80));
      Await.until().until(() -> log.image().revision() == 4);

      List<LogRecord> state = log.records(log.topics().state());
      List<LogRecord> history = log.records(log.topics().history());
      assertThat(state).allSatisfy(one -> assertThat(schemas.stateErrors(one)).isEmpty());
      assertThat(history).allSatisfy(one -> assertThat(schemas.historyErrors(one)).isEmpty());
      assertThat(history).allMatch(one -> one.headers().containsKey("ce_resourceversion"));
      assertThat(history.getLast().headers())
          .containsEntry("ce_resourceversion", Integer.toString(version))
          .containsEntry("ce_source", "/sluice/" + FakeApiServer.CLUSTER_ID);
    }
  }

  @Test
  void everythingThatAnApplierReportsIsAsTheSchemasSayAndNothingMore(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE, Manifests.service("web", "10.96.0.80"));
    AppliedFlags flags =
        AppliedFlags.parse("--proxy-mode=iptables", "--cluster-cidr=10.244.0.0/16");
    FakeBackend backend = new FakeBackend();
    try (RunningApplier applier =
        RunningApplier.startReporting(
            "node-1",
            log,
            RunningApplier.iptables(List.of(backend)),
            flags,
            Duration.ofMillis(100))) {
      log.scribble(Poison.GARBAGE.record());
      applier.awaitApplied(scribe.publish(Manifests.service("other", "10.96.0.81")));
      Await.until()
          .until(
              () ->
                  log.report("node-1")
                      .map(report -> report.health().errors().containsKey("record " + Poison.KEY))
                      .orElse(false));
      scribe.publish(Manifests.service("web", "10.96.0.80"));
      Await.until().until(() -> log.report("node-1").orElseThrow().health().errors().isEmpty());
    }

    List<LogRecord> nodes = log.records(log.topics().nodes());
    assertThat(nodes).allSatisfy(one -> assertThat(schemas.nodeErrors(one)).isEmpty());
    assertThat(missing("nodereport", values(reports(nodes, true)))).isEmpty();
    assertThat(missing("nodesettings", values(reports(nodes, false)))).isEmpty();
  }

  private static List<LogRecord> reports(List<LogRecord> nodes, boolean wanted) {
    return nodes.stream().filter(one -> one.key().equals("node-1") == wanted).toList();
  }

  /** Or else the test would not notice that it is written no more, or under another name. */
  private static void assertEverythingDeclaredIsThere(
      List<LogRecord> state, List<LogRecord> history) {
    assertThat(missing("headers", state.stream().map(one -> JSON.valueToTree(one.headers()))))
        .as("but versions, which files have none of")
        .containsExactly("ce_resourceversion");
    assertThat(missing("history", values(history))).isEmpty();
    for (String kind : List.of("Service", "EndpointSlice", "Node")) {
      assertThat(
              missing(
                  kind.toLowerCase(Locale.ROOT),
                  values(state.stream().filter(one -> one.key().startsWith(kind + "/")).toList())))
          .isEmpty();
    }
    assertThat(
            missing(
                "head", values(state.stream().filter(one -> one.key().equals(Head.KEY)).toList())))
        .isEmpty();
  }

  private static Stream<JsonNode> values(List<LogRecord> records) {
    return records.stream().flatMap(one -> one.value().map(JSON::readTree).stream());
  }

  /** The properties of a schema that none of the values has. */
  private static Set<String> missing(String schema, Stream<JsonNode> values) {
    Set<String> names = new HashSet<>(RecordSchemas.file(schema).get("properties").propertyNames());
    values.forEach(value -> names.removeAll(value.propertyNames()));
    return names;
  }

  @Test
  void kafkasOwnConsumerShowsTheHistory(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE, Manifests.service("web", "10.96.0.80"));
    scribe.publish(Manifests.service("web", "10.96.0.81"));
    writeAndAbort(log);
    scribe.delete("Service/shop/web");

    try (DocumentedCommands consumer =
        DocumentedCommands.start(
            log, folder, DOCUMENT, "kafka-console-consumer.sh", "$CLUSTER.history")) {
      List<String> lines = consumer.awaitLines(4);

      assertThat(lines).hasSize(4).noneMatch(line -> line.contains("never"));
      assertThat(lines.get(2).split("\t", -1)).hasSize(4);
      assertThat(lines.get(2))
          .startsWith("CreateTime:")
          .contains("ce_type:dev.sluice.service.upserted", "ce_revision:3", "\tService/shop/web\t");
      JsonNode value = JSON.readTree(lines.get(2).split("\t", -1)[3]);
      assertThat(schemas.errors("history", value)).isEmpty();
      assertThat(value.at("/before/clusterIps/0").asString()).isEqualTo("10.96.0.80");
      assertThat(value.at("/after/clusterIps/0").asString()).isEqualTo("10.96.0.81");

      scribe.publish(Manifests.service("later", "10.96.0.82"));
      assertThat(consumer.awaitLines(5).get(4)).contains("Service/shop/later");
    }
  }

  @Test
  void kafkasOwnConsumerShowsTheState(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.service("web", "10.96.0.80"));
    scribe.delete("Service/shop/web");

    try (DocumentedCommands consumer =
        DocumentedCommands.start(
            log, folder, DOCUMENT, "kafka-console-consumer.sh", "$CLUSTER.state")) {
      List<String> lines = consumer.awaitLines(4);

      assertThat(lines.get(0)).startsWith("Service/shop/web\t{\"clusterIps\":[\"10.96.0.80\"]");
      assertThat(lines.get(1)).startsWith("Cluster/head\t{\"clusterId\":\"the-cluster\"");
      assertThat(lines.get(2)).isEqualTo("Service/shop/web\tnull");
    }
  }

  @Test
  void aProgramOfOnesOwnTellsWhatChangedAndFollows(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.service("web", "10.96.0.80"));
    writeAndAbort(log);
    scribe.publish(Manifests.service("web", "10.96.0.81"));
    log.scribbleTo(
        log.topics().history(), new LogRecord("x", Optional.of(new byte[] {'{'}), Map.of()));

    Path home = SluiceHome.find();
    try (DocumentedCommands program =
        DocumentedCommands.start(log, home, DOCUMENT, "AuditTrail.java")) {
      List<String> lines = program.awaitLines(3);

      assertThat(lines).hasSize(3);
      assertThat(lines.get(0))
          .matches("\\d{4}-\\d\\d-\\d\\dT\\S+Z 1 created Service/shop/web observed");
      assertThat(lines.get(1))
          .endsWith(
              " 2 changed Service/shop/web observed"
                  + " clusterIps: [\"10.96.0.80\"] -> [\"10.96.0.81\"]");
      assertThat(lines.get(2)).matches("offset \\d+, x: can't be read: .*");

      scribe.delete("Service/shop/web");
      assertThat(program.awaitLines(4).get(3)).endsWith(" 3 deleted Service/shop/web observed");
    }
  }

  @Test
  void retentionAndSizesAreChangedAsItSays(TestLog log) throws Exception {
    log.withTopics();

    DocumentedCommands.run(log, folder, DOCUMENT, "kafka-configs.sh", "retention.ms");
    DocumentedCommands.run(log, folder, DOCUMENT, "kafka-configs.sh", "max.message.bytes");
    log.withTopics();

    assertThat(setting(log, log.topics().history(), "retention.ms")).isEqualTo("31536000000");
    assertThat(setting(log, log.topics().history(), "max.message.bytes")).isEqualTo("8388608");
    assertThat(setting(log, log.topics().state(), "max.message.bytes")).isEqualTo("8388608");
  }

  @Test
  void whatNobodyKnowsIsRemovedAsItSays(TestLog log) throws Exception {
    log.scribe().publish(Manifests.NODE);
    LogRecord service = Poison.good(Manifests.service("web", "10.96.0.80"));
    log.scribble(new LogRecord("Gateway/shop/web", service.value(), service.headers()));
    try (RunningApplier applier =
        RunningApplier.start(log, List.of(new FakeBackend())).awaitApplied(1)) {
      assertThat(applier.progress().undecodable()).containsOnlyKeys("Gateway/shop/web");

      DocumentedCommands.run(log, folder, DOCUMENT, "kafka-console-producer.sh", "Gateway");

      Await.until().until(() -> applier.progress().undecodable().isEmpty());
    }
  }

  private static String setting(TestLog log, String topic, String name) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (Admin admin = log.admin()) {
      Config config =
          admin.describeConfigs(List.of(resource)).all().get().values().iterator().next();
      return config.get(name).value();
    }
  }

  private static void writeAndAbort(TestLog log) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = log.producer("somebody-else")) {
      producer.beginTransaction();
      byte[] text = "never".getBytes(java.nio.charset.StandardCharsets.UTF_8);
      var _ = producer.send(new ProducerRecord<>(log.topics().history(), 0, text, text)).get();
      producer.abortTransaction();
    }
  }

  private void copy(Path from) throws Exception {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  private void copyOver(String fixture, String file) throws Exception {
    Path fixtures = SluiceHome.find().resolve("events-schema/src/test/resources/fixtures");
    Files.writeString(folder.resolve(file), Files.readString(fixtures.resolve(fixture)));
  }
}
