package dev.sluice.events.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sluice.events.report.NodeCodec;
import dev.sluice.events.report.NodeReport;
import dev.sluice.events.report.NodeSamples;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class SchemaTest {
  private static final String BASE = "https://sluice.dev/schema/v1/";
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final List<String> FILES =
      List.of(
          "common",
          "service",
          "endpointslice",
          "node",
          "head",
          "modereason",
          "history",
          "nodereport",
          "nodesettings");

  private final EventCodec codec = new EventCodec();

  /** Open schemas are what is published; closed ones refuse what they do not name. */
  private static SchemaRegistry registry(boolean closed) {
    Map<String, String> schemas = new HashMap<>();
    for (String file : FILES) {
      JsonNode schema = resource(file + ".json");
      if (closed) {
        close(schema);
      }
      schemas.put(BASE + file + ".json", schema.toString());
    }
    return SchemaRegistry.withDefaultDialect(
        SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(schemas));
  }

  private static void close(JsonNode node) {
    node.forEach(SchemaTest::close);
    if (node instanceof ObjectNode object && object.has("properties")) {
      object.put("additionalProperties", false);
    }
  }

  private static JsonNode resource(String name) {
    try (InputStream in =
        EventCodec.class.getResourceAsStream("/dev/sluice/events/schema/" + name)) {
      assertThat(in).as(name).isNotNull();
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> errors(SchemaRegistry registry, String schema, JsonNode value) {
    Schema found = registry.getSchema(SchemaLocation.of(BASE + schema + ".json"));
    return found
        .validate(
            value,
            context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
        .stream()
        .map(Error::toString)
        .toList();
  }

  @Test
  void everythingWrittenIsAsTheSchemasSayAndNothingMore() {
    SchemaRegistry closed = registry(true);
    for (Change change : Samples.changes().values()) {
      String kind = change.key().kind().apiName().toLowerCase(Locale.ROOT);
      codec
          .encodeState(change)
          .value()
          .ifPresent(
              value -> assertThat(errors(closed, kind, JSON.readTree(value))).as(kind).isEmpty());
      for (Head head : Samples.heads().values()) {
        assertThat(
                errors(
                    closed,
                    "history",
                    JSON.readTree(codec.encodeHistory(change, head).value().orElseThrow())))
            .as("history of " + kind)
            .isEmpty();
      }
    }
    for (Head head : Samples.heads().values()) {
      assertThat(
              errors(
                  closed,
                  "head",
                  JSON.readTree(codec.encodeHead(head, Samples.TIME).value().orElseThrow())))
          .isEmpty();
    }
  }

  @Test
  void whatNodesReportIsAsTheSchemasSayAndNothingMore() {
    SchemaRegistry closed = registry(true);
    NodeCodec nodes = new NodeCodec();
    for (NodeReport report : NodeSamples.reports().values()) {
      assertThat(
              errors(
                  closed, "nodereport", JSON.readTree(nodes.encode(report).value().orElseThrow())))
          .isEmpty();
    }
    assertThat(
            errors(
                closed,
                "nodesettings",
                JSON.readTree(nodes.encode(NodeSamples.settings()).value().orElseThrow())))
        .isEmpty();
  }

  @Test
  void fieldsOfLaterVersionsAreAllowed() {
    ObjectNode later = GoldenRecord.value("service-upserted.state").put("later", true);

    assertThat(errors(registry(false), "service", later)).isEmpty();
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

    assertThat(errors(registry(false), schema, value)).isNotEmpty();
  }

  @Test
  void aHistoryValueSaysWhatChanged() {
    ObjectNode empty = GoldenRecord.value("node-upserted.history").retain("cause", "time");

    assertThat(errors(registry(false), "history", empty)).isNotEmpty();
  }
}
