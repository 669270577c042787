package dev.sluice.events.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.Service;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class EventCodecTest {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final EventCodec codec = new EventCodec();

  @TestFactory
  List<DynamicTest> changesAreWrittenAsTheyEverWere() {
    return Samples.changes().entrySet().stream()
        .map(
            sample ->
                DynamicTest.dynamicTest(
                    sample.getKey(),
                    () -> {
                      GoldenRecord.check(
                          sample.getKey() + ".state", codec.encodeState(sample.getValue()));
                      GoldenRecord.check(
                          sample.getKey() + ".history",
                          codec.encodeHistory(sample.getValue(), Samples.undecided()));
                    }))
        .toList();
  }

  @TestFactory
  List<DynamicTest> headsAreWrittenAsTheyEverWere() {
    return Samples.heads().entrySet().stream()
        .map(
            sample ->
                DynamicTest.dynamicTest(
                    sample.getKey(),
                    () ->
                        GoldenRecord.check(
                            sample.getKey() + ".state",
                            codec.encodeHead(sample.getValue(), Samples.TIME))))
        .toList();
  }

  @TestFactory
  List<DynamicTest> recordsEverWrittenCanBeRead() {
    return Samples.changes().entrySet().stream()
        .map(
            sample ->
                DynamicTest.dynamicTest(
                    sample.getKey(),
                    () -> {
                      Change change = sample.getValue();
                      assertThat(codec.decodeState(GoldenRecord.read(sample.getKey() + ".state")))
                          .isEqualTo(
                              new ObjectState(change.key(), change.revision(), change.after()));
                      assertThat(
                              codec
                                  .decodeHistory(GoldenRecord.read(sample.getKey() + ".history"))
                                  .change())
                          .isEqualTo(change);
                    }))
        .toList();
  }

  @Test
  void headsEverWrittenCanBeRead() throws Exception {
    for (Map.Entry<String, Head> sample : Samples.heads().entrySet()) {
      assertThat(codec.decodeState(GoldenRecord.read(sample.getKey() + ".state")))
          .isEqualTo(new HeadState(sample.getValue(), Samples.TIME));
    }
  }

  @Test
  void historySaysWhatTheModeAutoMeansAndWhyWhereAChangeDecidedIt() throws Exception {
    Change deciding = Samples.change("service-upserted");
    Change later = Samples.change("service-deleted");
    Head head = Samples.decided();

    GoldenRecord.check("decided.history", codec.encodeHistory(deciding, head));
    GoldenRecord.check("after-decided.history", codec.encodeHistory(later, head));
    assertThat(codec.decodeHistory(GoldenRecord.read("decided.history")))
        .isEqualTo(new HistoryEntry(deciding, Optional.of("ipvs"), head.proxyModeReason()));
    assertThat(codec.decodeHistory(GoldenRecord.read("after-decided.history")))
        .isEqualTo(new HistoryEntry(later, Optional.of("ipvs"), Optional.empty()));
    assertThat(codec.decodeHistory(GoldenRecord.read("service-deleted.history")).proxyMode())
        .isEmpty();
  }

  /** Whatever any version wrote; also what no sample of today would give. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.sluice.events.event.GoldenRecord#everyVersion")
  void recordsOfEveryVersionCanBeRead(String file) throws Exception {
    assertThat(decoded(file, GoldenRecord.read(file))).isNotNull();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.sluice.events.event.GoldenRecord#everyVersion")
  void whatLaterVersionsAddIsPassedOver(String file) throws Exception {
    LogRecord record = GoldenRecord.read(file);
    Map<String, String> headers = new HashMap<>(record.headers());
    headers.put("ce_traceparent", "00-1-2-3");
    Optional<byte[]> value =
        record
            .value()
            .map(
                bytes -> {
                  JsonNode tree = JSON.readTree(bytes);
                  addUnknown(tree);
                  return JSON.writeValueAsBytes(tree);
                });
    LogRecord later = new LogRecord(record.key(), value, headers);

    assertThat(decoded(file, later)).isEqualTo(decoded(file, record));
  }

  private Object decoded(String file, LogRecord record) throws UndecodableRecordException {
    return file.endsWith(".history") ? codec.decodeHistory(record) : codec.decodeState(record);
  }

  /** To the value, and to each object in it. */
  private static void addUnknown(JsonNode node) {
    node.forEach(EventCodecTest::addUnknown);
    if (node instanceof ObjectNode object) {
      object.put("laterText", "x").put("laterNumber", 7).putNull("laterNothing");
      object.putObject("laterObject").putArray("laterList").add(true);
    }
  }

  @Test
  void absentOptionalFieldsAreEmpty() throws Exception {
    Service service =
        decoded(
            "Service/a/b",
            """
            {"name":"a/b","type":"ClusterIP",
             "internalTrafficPolicy":"Cluster","externalTrafficPolicy":"Cluster"}""",
            Service.class);

    assertThat(service.clusterIps()).isEmpty();
    assertThat(service.ports()).isEmpty();
    assertThat(service.externalIps()).isEmpty();
    assertThat(service.loadBalancerAddresses()).isEmpty();
    assertThat(service.loadBalancerSourceRanges()).isEmpty();
    assertThat(service.sessionAffinity()).isEmpty();
    assertThat(service.healthCheckNodePort()).isZero();
    assertThat(service.proxyName()).isEmpty();

    EndpointSlice slice =
        decoded(
            "EndpointSlice/a/b",
            """
            {"namespace":"a","name":"b","addressType":"IPv4","endpoints":[{"address":"10.0.0.1"}]}""",
            EndpointSlice.class);

    assertThat(slice.serviceName()).isEmpty();
    assertThat(slice.ports()).isEmpty();
    assertThat(slice.endpoints().getFirst().nodeName()).isEmpty();
    assertThat(slice.endpoints().getFirst().hintZones()).isEmpty();

    Node node = decoded("Node/n", "{\"name\":\"n\"}", Node.class);

    assertThat(node).isEqualTo(new Node("n", List.of(), "", List.of(), false, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "7",
        "{",
        "{\"name\":\"a/c\",\"type\":\"ClusterIP\"}",
        "{\"name\":\"a/b\"}",
        "{\"type\":\"ClusterIP\"}",
        "{\"name\":\"a/b\",\"type\":\"Cluster\"}",
        "{\"name\":\"a/b\",\"type\":\"ClusterIP\",\"internalTrafficPolicy\":\"Cluster\"}",
        "{\"name\":\"a/b\",\"type\":\"ClusterIP\",\"clusterIps\":[null]}",
        "{\"name\":\"a/b\",\"type\":\"ClusterIP\",\"clusterIps\":[\"10.0.0.256\"]}",
        "{\"name\":\"a/b\",\"type\":\"ClusterIP\",\"ports\":[{\"port\":80}]}",
        // a value that only a later version knows
        "{\"name\":\"a/b\",\"type\":\"Gateway\",\"internalTrafficPolicy\":\"Cluster\","
            + "\"externalTrafficPolicy\":\"Cluster\"}",
        // a property that has become another
        "{\"name\":{\"namespace\":\"a\",\"name\":\"b\"},\"type\":\"ClusterIP\","
            + "\"internalTrafficPolicy\":\"Cluster\",\"externalTrafficPolicy\":\"Cluster\"}",
        "\u0000\u0001\ufffd",
      })
  void aWrongValueIsUndecodableAndNothingElse(String value) {
    assertThatThrownBy(() -> codec.decodeState(state("Service/a/b", value)))
        .isInstanceOf(UndecodableRecordException.class)
        .hasMessageStartingWith("record \"Service/a/b\": ")
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Service", "Service/a", "Pod/a/b", "Service/a/b/c", "Node/N", "Cluster/x"})
  void aWrongKeyIsUndecodable(String key) {
    assertThatThrownBy(() -> codec.decodeState(state(key, "{}")))
        .isInstanceOf(UndecodableRecordException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ce_revision",
        "ce_epoch",
        "ce_time",
        "ce_cause",
        "ce_source",
        "ce_specversion",
        "ce_type",
        "ce_subject"
      })
  void aMissingOrWrongHeaderIsUndecodable(String header) {
    LogRecord record = GoldenRecord.read("node-upserted.state");
    Map<String, String> without = new HashMap<>(record.headers());
    without.remove(header);
    Map<String, String> wrong = new HashMap<>(record.headers());
    wrong.put(header, "x");

    assertThatThrownBy(
            () -> codec.decodeState(new LogRecord(record.key(), record.value(), without)))
        .isInstanceOf(UndecodableRecordException.class)
        .hasMessageContaining("header " + header + " is missing");
    assertThatThrownBy(() -> codec.decodeState(new LogRecord(record.key(), record.value(), wrong)))
        .isInstanceOf(UndecodableRecordException.class);
  }

  @Test
  void headersThatSpeakOfSomethingElseAreUndecodable() {
    LogRecord upserted = GoldenRecord.read("service-upserted.state");
    LogRecord deleted = GoldenRecord.read("service-deleted.state");
    LogRecord slice = GoldenRecord.read("endpointslice-upserted.state");

    refused(new LogRecord(upserted.key(), Optional.empty(), upserted.headers()), "ce_type");
    refused(new LogRecord(deleted.key(), upserted.value(), deleted.headers()), "ce_type");
    refused(new LogRecord(upserted.key(), upserted.value(), slice.headers()), "ce_type");
    refused(
        new LogRecord("Service/shop/other", upserted.value(), upserted.headers()), "ce_subject");
    refused(
        new LogRecord(Head.KEY, GoldenRecord.read("head-first.state").value(), slice.headers()),
        "ce_type");
  }

  private void refused(LogRecord record, String header) {
    assertThatThrownBy(() -> codec.decodeState(record))
        .isInstanceOf(UndecodableRecordException.class)
        .hasMessageContaining("header " + header + " is \"");
  }

  @Test
  void aValueOfAnotherObjectIsUndecodable() {
    LogRecord slice = GoldenRecord.read("endpointslice-upserted.state");

    assertThatThrownBy(
            () -> codec.decodeState(state("Service/shop/web", new String(value(slice), UTF_8))))
        .isInstanceOf(UndecodableRecordException.class);
    assertThatThrownBy(
            () ->
                codec.decodeState(
                    state("EndpointSlice/shop/other", new String(value(slice), UTF_8))))
        .hasMessageContaining("the value is of " + slice.key());
  }

  private static byte[] value(LogRecord record) {
    return record.value().orElseThrow();
  }

  @Test
  void aHistoryRecordThatSaysNothingIsUndecodable() {
    LogRecord record = GoldenRecord.read("node-upserted.history");
    ObjectNode empty = GoldenRecord.value("node-upserted.history").retain("cause", "time");

    assertThatThrownBy(() -> codec.decodeHistory(GoldenRecord.with(record, empty)))
        .isInstanceOf(UndecodableRecordException.class);
    assertThatThrownBy(
            () ->
                codec.decodeHistory(
                    new LogRecord(record.key(), Optional.empty(), record.headers())))
        .isInstanceOf(UndecodableRecordException.class);
  }

  @Test
  void theReasonOfARefusalIsTold() {
    assertThatThrownBy(
            () ->
                codec.decodeState(
                    state(
                        "Service/a/b",
                        """
                        {"name":"a/b","type":"ClusterIP","internalTrafficPolicy":"Cluster",
                         "externalTrafficPolicy":"Cluster","healthCheckNodePort":70000}""")))
        .hasMessage("record \"Service/a/b\": healthCheckNodePort 70000 is not within 1 to 65535");
  }

  private <T> T decoded(String key, String value, Class<T> type) throws Exception {
    ObjectState state = (ObjectState) codec.decodeState(state(key, value));
    assertThat(state.key()).isEqualTo(ObjectKey.parse(key));
    return type.cast(state.object().orElseThrow());
  }

  /** With headers that fit the key. */
  private static LogRecord state(String key, String value) {
    Map<String, String> headers = new HashMap<>(GoldenRecord.read("node-upserted.state").headers());
    String kind = key.split("/", -1)[0].toLowerCase(Locale.ROOT);
    headers.put("ce_type", "dev.sluice." + kind + ".upserted");
    headers.put("ce_subject", key);
    return new LogRecord(key, Optional.of(value.getBytes(UTF_8)), headers);
  }
}
