package dev.sluice.events.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Records as files that can be read and reviewed. They are written anew by {@code
 * -Dgolden.update=true}; those of a version that was released are never to change.
 */
public final class GoldenRecord {
  private static final Path ROOT = Path.of("src/test/resources/golden");

  /** Of the version that is being written now. */
  private static final String CURRENT = "v1";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private GoldenRecord() {}

  /** Checks a record against its file: key, headers, and the value byte for byte. */
  public static void check(String name, LogRecord record) {
    Path file = file(name);
    String actual = text(record);
    try {
      if (Boolean.getBoolean("golden.update")) {
        Files.writeString(file, actual);
      }
      assertThat(actual).as(file.toString()).isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    record
        .value()
        .ifPresent(value -> assertThat(value).isEqualTo(read(name).value().orElseThrow()));
  }

  /** The names of all records of changes and heads that any version wrote, for {@link #read}. */
  public static List<String> everyVersion() throws IOException {
    return names(name -> name.endsWith(".state") || name.endsWith(".history"));
  }

  /** The same of the nodes topic's. */
  public static List<String> everyNodeVersion() throws IOException {
    return names(name -> !name.endsWith(".state") && !name.endsWith(".history"));
  }

  private static List<String> names(Predicate<String> wanted) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      List<String> names =
          files
              .filter(file -> file.toString().endsWith(".json"))
              .map(file -> ROOT.relativize(file).toString().replaceFirst("\\.json$", ""))
              .filter(wanted)
              .sorted()
              .toList();
      assertThat(names).isNotEmpty();
      return names;
    }
  }

  /** The record of that name. */
  public static LogRecord read(String name) {
    JsonNode tree = JSON.readTree(file(name));
    Map<String, String> headers = new LinkedHashMap<>();
    tree.get("headers").properties().forEach(h -> headers.put(h.getKey(), h.getValue().asString()));
    return new LogRecord(
        tree.get("key").asString(),
        Optional.of(tree.get("value"))
            .filter(value -> !value.isNull())
            .map(JSON::writeValueAsBytes),
        headers);
  }

  /** The value of a record as a tree that may be changed. */
  public static ObjectNode value(String name) {
    return (ObjectNode) JSON.readTree(file(name)).get("value");
  }

  /** The record with another value. */
  public static LogRecord with(LogRecord record, JsonNode value) {
    return new LogRecord(
        record.key(), Optional.of(JSON.writeValueAsBytes(value)), record.headers());
  }

  private static Path file(String name) {
    return ROOT.resolve((name.contains("/") ? name : CURRENT + "/" + name) + ".json");
  }

  private static String text(LogRecord record) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("key", record.key());
    ObjectNode headers = tree.putObject("headers");
    record.headers().forEach(headers::put);
    tree.set(
        "value", record.value().map(JSON::readTree).orElseGet(JSON.getNodeFactory()::nullNode));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n";
  }
}
