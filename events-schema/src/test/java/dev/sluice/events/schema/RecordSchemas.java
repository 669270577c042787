package dev.sluice.events.schema;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.LogRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The published JSON Schemas. As they are published they let pass what they do not name, as every
 * reader must; closed ones refuse it, so that nothing is ever written that no schema tells of.
 */
public final class RecordSchemas {
  /** Names of the files, without their ending. */
  public static final List<String> FILES =
      List.of(
          "common",
          "headers",
          "service",
          "endpointslice",
          "node",
          "head",
          "modereason",
          "history",
          "nodereport",
          "nodesettings");

  private static final String BASE = "https://sluice.dev/schema/v1/";
  private static final JsonMapper JSON = JsonMapper.shared();

  private final SchemaRegistry registry;

  private RecordSchemas(boolean closed) {
    Map<String, String> schemas = new HashMap<>();
    for (String file : FILES) {
      JsonNode schema = file(file);
      if (closed) {
        close(schema);
      }
      schemas.put(BASE + file + ".json", schema.toString());
    }
    registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(schemas));
  }

  /** As they are published. */
  public static RecordSchemas open() {
    return new RecordSchemas(false);
  }

  /** With no property allowed that is not declared. */
  public static RecordSchemas closed() {
    return new RecordSchemas(true);
  }

  /** A schema's file as a tree of its own. */
  public static JsonNode file(String name) {
    String path = "/dev/sluice/events/schema/" + name + ".json";
    try (InputStream in = RecordSchemas.class.getResourceAsStream(path)) {
      return JSON.readTree(Objects.requireNonNull(in, path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void close(JsonNode node) {
    node.forEach(RecordSchemas::close);
    boolean isObject = node.path("type").asString("").equals("object");
    if (isObject && node.has("properties") && node instanceof ObjectNode object) {
      object.put("additionalProperties", false);
    }
  }

  /** What is wrong with a value; nothing where all is well. */
  public List<String> errors(String schema, JsonNode value) {
    Schema found = registry.getSchema(SchemaLocation.of(BASE + schema + ".json"));
    return found
        .validate(
            value,
            context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
        .stream()
        .map(Error::toString)
        .toList();
  }

  /** What is wrong with headers and value of a record of the state topic. */
  public List<String> stateErrors(LogRecord record) {
    String kind = record.key().substring(0, Math.max(0, record.key().indexOf('/')));
    String schema = record.key().equals(Head.KEY) ? "head" : kind.toLowerCase(Locale.ROOT);
    return errors(schema, record);
  }

  /** The same for the history topic. */
  public List<String> historyErrors(LogRecord record) {
    return errors("history", record);
  }

  /** The same for the nodes topic, whose tombstones say nothing. */
  public List<String> nodeErrors(LogRecord record) {
    String schema = record.key().indexOf('/') < 0 ? "nodereport" : "nodesettings";
    return record.value().isEmpty() ? List.of() : errors(schema, record);
  }

  private List<String> errors(String schema, LogRecord record) {
    List<String> all = new ArrayList<>(errors("headers", JSON.valueToTree(record.headers())));
    record.value().ifPresent(value -> all.addAll(errors(schema, JSON.readTree(value))));
    return all;
  }
}
