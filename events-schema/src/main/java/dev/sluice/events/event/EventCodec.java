package dev.sluice.events.event;

import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.Service;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Between changes and records. Values are JSON, headers those of a CloudEvent in binary mode with
 * extensions of ours. Stateless, any thread.
 */
public final class EventCodec {
  private final JsonMapper json = JsonCodec.mapper();

  /** The record of the state topic: the object after the change, or a deletion. */
  public LogRecord encodeState(Change change) {
    return new LogRecord(
        change.key().toString(),
        change.after().map(json::writeValueAsBytes),
        CloudEventHeaders.of(change));
  }

  /**
   * The record of the history topic: the object before and after the change, and why; and what the
   * mode {@code auto} means from then on, with the reason where this change decided it.
   *
   * @param head of the transaction that the change is written by
   */
  public LogRecord encodeHistory(Change change, Head head) {
    ObjectNode value = json.createObjectNode();
    change.after().ifPresent(object -> value.set("after", json.valueToTree(object)));
    change.before().ifPresent(object -> value.set("before", json.valueToTree(object)));
    value.put("cause", change.revision().cause().text());
    head.proxyMode().ifPresent(mode -> value.put("proxyMode", mode));
    head.proxyModeReason()
        .filter(reason -> reason.revision() == change.revision().number())
        .ifPresent(reason -> value.set("proxyModeReason", json.valueToTree(reason)));
    value.put("time", change.revision().time().toString());
    change.revision().triggerTime().ifPresent(t -> value.put("triggerTime", t.toString()));
    return new LogRecord(
        change.key().toString(),
        Optional.of(json.writeValueAsBytes(value)),
        CloudEventHeaders.of(change));
  }

  /** The record of the state topic that says how far the state has come. */
  public LogRecord encodeHead(Head head, Instant time) {
    return new LogRecord(
        Head.KEY, Optional.of(json.writeValueAsBytes(head)), CloudEventHeaders.of(head, time));
  }

  /**
   * Reads a record of the state topic.
   *
   * @throws UndecodableRecordException if key, headers or value are not of the format
   */
  public StateEntry decodeState(LogRecord record) throws UndecodableRecordException {
    try {
      if (record.key().equals(Head.KEY)) {
        CloudEventHeaders.checkHead(record.headers());
        return new HeadState(
            json.readValue(record.value().orElseThrow(), Head.class),
            CloudEventHeaders.time(record.headers()));
      }
      ObjectKey key = ObjectKey.parse(record.key());
      CloudEventHeaders.check(record.headers(), key, record.value().isPresent());
      Optional<ClusterObject> object =
          record.value().map(value -> checked(key, json.readValue(value, type(key))));
      return new ObjectState(key, CloudEventHeaders.revision(record.headers()), object);
    } catch (RuntimeException e) {
      throw new UndecodableRecordException(record.key(), e);
    }
  }

  /**
   * Reads a record of the history topic.
   *
   * @throws UndecodableRecordException if key, headers or value are not of the format
   */
  public HistoryEntry decodeHistory(LogRecord record) throws UndecodableRecordException {
    try {
      ObjectKey key = ObjectKey.parse(record.key());
      JsonNode value = json.readTree(record.value().orElseThrow());
      Revision revision = CloudEventHeaders.revision(record.headers());
      Optional<ClusterObject> before = object(key, value.path("before"));
      Optional<ClusterObject> after = object(key, value.path("after"));
      CloudEventHeaders.check(record.headers(), key, after.isPresent());
      Change change =
          after
              .<Change>map(object -> new Change.Upserted(revision, before, object))
              .orElseGet(() -> new Change.Deleted(revision, before.orElseThrow()));
      return new HistoryEntry(
          change,
          value.path("proxyMode").asStringOpt(),
          Optional.of(value.path("proxyModeReason"))
              .filter(reason -> !reason.isMissingNode())
              .map(reason -> json.treeToValue(reason, ModeReason.class)));
    } catch (RuntimeException e) {
      throw new UndecodableRecordException(record.key(), e);
    }
  }

  /** An object as the log's values have it. */
  public JsonNode tree(ClusterObject object) {
    return json.valueToTree(object);
  }

  private Optional<ClusterObject> object(ObjectKey key, JsonNode node) {
    return node.isMissingNode()
        ? Optional.empty()
        : Optional.of(checked(key, json.treeToValue(node, type(key))));
  }

  private static ClusterObject checked(ObjectKey key, ClusterObject object) {
    if (!object.key().equals(key)) {
      throw new IllegalArgumentException("the value is of " + object.key());
    }
    return object;
  }

  private static Class<? extends ClusterObject> type(ObjectKey key) {
    return switch (key.kind()) {
      case SERVICE -> Service.class;
      case ENDPOINT_SLICE -> EndpointSlice.class;
      case NODE -> Node.class;
    };
  }
}
