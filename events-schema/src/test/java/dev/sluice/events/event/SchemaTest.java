package dev.sluice.events.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sluice.events.report.NodeCodec;
import dev.sluice.events.report.NodeReport;
import dev.sluice.events.report.NodeSamples;
import dev.sluice.events.schema.RecordSchemas;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class SchemaTest {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final EventCodec codec = new EventCodec();
  private final RecordSchemas open = RecordSchemas.open();
  private final RecordSchemas closed = RecordSchemas.closed();

  @Test
  void everythingWrittenIsAsTheSchemasSayAndNothingMore() {
    for (Change change : Samples.changes().values()) {
      assertThat(closed.stateErrors(codec.encodeState(change))).isEmpty();
      for (Head head : Samples.heads().values()) {
        assertThat(closed.historyErrors(codec.encodeHistory(change, head))).isEmpty();
      }
    }
    for (Head head : Samples.heads().values()) {
      assertThat(closed.stateErrors(codec.encodeHead(head, Samples.TIME))).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.sluice.events.event.GoldenRecord#everyVersion")
  void whatAnyVersionWroteIsAsTheSchemasSay(String file) {
    LogRecord record = GoldenRecord.read(file);

    assertThat(file.endsWith(".history") ? open.historyErrors(record) : open.stateErrors(record))
        .isEmpty();
  }

  @Test
  void whatNodesReportIsAsTheSchemasSayAndNothingMore() {
    NodeCodec nodes = new NodeCodec();
    for (NodeReport report : NodeSamples.reports().values()) {
      assertThat(closed.nodeErrors(nodes.encode(report))).isEmpty();
    }
    assertThat(closed.nodeErrors(nodes.encode(NodeSamples.settings()))).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.sluice.events.event.GoldenRecord#everyNodeVersion")
  void whatNodesOfAnyVersionWroteIsAsTheSchemasSay(String file) {
    assertThat(open.nodeErrors(GoldenRecord.read(file))).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("dev.sluice.events.schema.RecordSchemas#FILES")
  void theSchemasAreOfTheirDialect(String file) {
    Schema dialect =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

    assertThat(dialect.validate(RecordSchemas.file(file))).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("dev.sluice.events.schema.RecordSchemas#FILES")
  void everyPropertyIsExplained(String file) {
    JsonNode schema = RecordSchemas.file(file);

    assertThat(schema.path("title").asString("")).isNotEmpty();
    assertThat(schema.path("description").asString("")).isNotEmpty();
    properties(schema)
        .forEach(
            (path, property) ->
                assertThat(property.path("description").asString("")).as(path).isNotEmpty());
  }

  /** A property that was renamed where it is written would stay here, and be written nowhere. */
  @ParameterizedTest
  @FieldSource("dev.sluice.events.schema.RecordSchemas#FILES")
  void everyPropertyIsWritten(String file) {
    Map<String, JsonNode> declared = properties(RecordSchemas.file(file));
    Set<String> written = new HashSet<>();
    for (Change change : Samples.changes().values()) {
      LogRecord state = codec.encodeState(change);
      names(JSON.valueToTree(state.headers()), written);
      state.value().ifPresent(value -> names(JSON.readTree(value), written));
      LogRecord history = codec.encodeHistory(change, Samples.decided());
      names(JSON.readTree(history.value().orElseThrow()), written);
    }
    for (Head head : Samples.heads().values()) {
      LogRecord state = codec.encodeHead(head, Samples.TIME);
      names(JSON.readTree(state.value().orElseThrow()), written);
    }

    NodeCodec nodes = new NodeCodec();
    for (NodeReport report : NodeSamples.reports().values()) {
      names(JSON.readTree(nodes.encode(report).value().orElseThrow()), written);
    }
    names(JSON.readTree(nodes.encode(NodeSamples.settings()).value().orElseThrow()), written);

    assertThat(declared.keySet().stream().map(path -> path.replaceFirst(".*/", "")))
        .isSubsetOf(written);
  }

  private static void names(JsonNode node, Set<String> into) {
    into.addAll(node.propertyNames());
    node.forEach(child -> names(child, into));
  }

  /** The properties of a schema and of the objects in it, by their paths. */
  private static Map<String, JsonNode> properties(JsonNode schema) {
    Map<String, JsonNode> found = new TreeMap<>();
    collect(schema, "", found);
    return found;
  }

  private static void collect(JsonNode node, String path, Map<String, JsonNode> into) {
    if (node.path("type").asString("").equals("object")) {
      node.path("properties")
          .properties()
          .forEach(property -> into.put(path + "/" + property.getKey(), property.getValue()));
    }
    node.properties()
        .forEach(child -> collect(child.getValue(), path + "/" + child.getKey(), into));
  }

  @Test
  void whatNoSchemaNamesIsNoticedHere() {
    ObjectNode service = GoldenRecord.value("service-upserted.state").put("later", true);
    ObjectNode slice = GoldenRecord.value("endpointslice-upserted.state");
    ((ObjectNode) slice.get("endpoints").get(0)).put("later", true);
    ObjectNode head = GoldenRecord.value("head-decided.state");
    ((ObjectNode) head.get("proxyModeReason")).put("later", true);
    ObjectNode history = GoldenRecord.value("service-upserted.history");
    ((ObjectNode) history.get("before")).put("later", true);
    Map<String, String> headers =
        new HashMap<>(GoldenRecord.read("service-upserted.state").headers());
    headers.put("ce_later", "1");

    assertThat(closed.errors("service", service)).isNotEmpty();
    assertThat(closed.errors("endpointslice", slice)).isNotEmpty();
    assertThat(closed.errors("head", head)).isNotEmpty();
    assertThat(closed.errors("history", history)).isNotEmpty();
    assertThat(closed.errors("headers", JSON.valueToTree(headers))).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ce_specversion",
        "ce_id",
        "ce_source",
        "ce_type",
        "ce_subject",
        "ce_time",
        "ce_revision",
        "ce_epoch",
        "ce_cause",
        "content-type"
      })
  void aRecordWithoutAHeaderIsRefused(String header) {
    Map<String, String> headers =
        new HashMap<>(GoldenRecord.read("service-upserted.state").headers());
    headers.remove(header);

    assertThat(open.errors("headers", JSON.valueToTree(headers))).isNotEmpty();
  }

  @Test
  void fieldsOfLaterVersionsAreAllowed() {
    ObjectNode later = GoldenRecord.value("service-upserted.state").put("later", true);

    assertThat(open.errors("service", later)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "service-upserted.state       | service       | type                       | \"Cluster\"",
        "service-upserted.state       | service       | healthCheckNodePort        | 70000",
        "service-upserted.state       | service       | clusterIps                 | [\"10.0.0.256\"]",
        "service-upserted.state       | service       | clusterIps                 | \"10.0.0.1\"",
        "service-upserted.state       | service       | ports                      | [{\"port\":80}]",
        "service-upserted.state       | service       | sessionAffinity            | {\"timeoutSeconds\":0}",
        "service-upserted.state       | service       | name                       | \"web\"",
        "service-upserted.state       | service       | loadBalancerSourceRanges   | [\"10.0.0.0\"]",
        "endpointslice-upserted.state | endpointslice | addressType                | \"FQDN\"",
        "endpointslice-upserted.state | endpointslice | endpoints                  | [{\"address\":\"10.0.0.1\"}]",
        "endpointslice-upserted.state | endpointslice | headless                   | \"true\"",
        "node-upserted.state          | node          | addresses                  | [{\"type\":\"Hostname\",\"address\":\"10.0.0.1\"}]",
        "node-upserted.state          | node          | name                       | \"Node A\"",
        "head-complete.state          | head          | revision                   | -1",
        "head-complete.state          | head          | complete                   | null",
        "head-decided.state           | head          | proxyModeReason            | {\"services\":1000,\"limit\":1000}",
        "head-decided.state           | head          | proxyModeReason            | {\"services\":-1,\"limit\":1,\"revision\":1}",
        "decided.history              | history       | proxyModeReason            | \"many\"",
        "report-applied               | nodereport    | epoch                      | 0",
        "report-applied               | nodereport    | applied                    | {\"revision\":1}",
        "report-applied               | nodereport    | latencies                  | {\"upToMillis\":{\"fast\":1},\"windowSeconds\":1}",
        "settings                     | nodesettings  | fromRevision               | -1",
        "settings                     | nodesettings  | options                    | {\"masquerade\":\"true\"}",
        "node-upserted.history        | history       | cause                      | \"guess\"",
        "node-upserted.history        | history       | time                       | \"yesterday\"",
        "node-upserted.history        | history       | after                      | {\"name\":\"n\"}",
      })
  void wrongValuesAreRefused(String golden, String schema, String field, String wrong) {
    ObjectNode value = GoldenRecord.value(golden);
    value.set(field, JSON.readTree(wrong));

    assertThat(open.errors(schema, value)).isNotEmpty();
  }

  @Test
  void aHistoryValueSaysWhatChanged() {
    ObjectNode empty = GoldenRecord.value("node-upserted.history").retain("cause", "time");

    assertThat(open.errors("history", empty)).isNotEmpty();
  }
}
