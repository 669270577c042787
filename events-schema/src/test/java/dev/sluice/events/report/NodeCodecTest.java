package dev.sluice.events.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.events.event.GoldenRecord;
import dev.sluice.events.event.LogRecord;
import dev.sluice.events.event.UndecodableRecordException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

class NodeCodecTest {
  private final NodeCodec codec = new NodeCodec();

  @Test
  void reportsAreWrittenAsTheyEverWereAndCanBeRead() throws Exception {
    for (Map.Entry<String, NodeReport> sample : NodeSamples.reports().entrySet()) {
      GoldenRecord.check(sample.getKey(), codec.encode(sample.getValue()));
      assertThat(codec.decode(GoldenRecord.read(sample.getKey())))
          .isEqualTo(new NodeEntry.Reported(sample.getValue()));
    }
  }

  @Test
  void settingsAreWrittenAsTheyEverWereAndCanBeRead() throws Exception {
    GoldenRecord.check("settings", codec.encode(NodeSamples.settings()));
    assertThat(codec.decode(GoldenRecord.read("settings")))
        .isEqualTo(new NodeEntry.Configured(NodeSamples.settings()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.sluice.events.event.GoldenRecord#everyNodeVersion")
  void recordsOfEveryVersionCanBeRead(String file) throws Exception {
    assertThat(codec.decode(GoldenRecord.read(file))).isNotInstanceOf(NodeEntry.Forgotten.class);
  }

  @Test
  void whatIsRemovedIsForgotten() throws Exception {
    assertThat(codec.decode(NodeCodec.forget("node-1/settings/4/5")))
        .isEqualTo(new NodeEntry.Forgotten("node-1/settings/4/5"));
  }

  @Test
  void fieldsOfLaterVersionsArePassedOver() throws Exception {
    LogRecord record = GoldenRecord.read("report-applied");
    ObjectNode later = GoldenRecord.value("report-applied").put("later", 1);
    ((ObjectNode) later.get("applied")).put("later", true);

    assertThat(codec.decode(GoldenRecord.with(record, later))).isEqualTo(codec.decode(record));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "node-2            | report-applied",
        "node-1/settings/1 | settings",
        "node-1            | settings",
        "node-1/settings   | report-applied"
      })
  void aKeyOfAnotherRecordIsUndecodable(String key, String golden) {
    LogRecord record = GoldenRecord.read(golden);

    assertThatThrownBy(() -> codec.decode(new LogRecord(key, record.value(), record.headers())))
        .isInstanceOf(UndecodableRecordException.class)
        .hasMessageStartingWith("record \"" + key + "\": ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{", "[]", "null", "{\"node\":\"node-1\"}"})
  void garbageIsUndecodable(String value) {
    LogRecord record =
        new LogRecord("node-1", Optional.of(value.getBytes(StandardCharsets.UTF_8)), Map.of());

    assertThatThrownBy(() -> codec.decode(record)).isInstanceOf(UndecodableRecordException.class);
  }
}
