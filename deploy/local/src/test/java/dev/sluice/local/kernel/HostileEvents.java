package dev.sluice.local.kernel;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.EventCodec;
import dev.sluice.events.event.LogRecord;
import dev.sluice.events.event.Revision;
import dev.sluice.events.model.ClusterObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Records of the state topic as an attacker or a broken program would write them, by a seed. */
final class HostileEvents {
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "web",
          "web; touch /tmp/pwned",
          "$(id)",
          "`id`",
          "a\nCOMMIT\n*filter\n-A INPUT -j ACCEPT",
          "a\r\n",
          "a\u0000b",
          "a\"b",
          "a\\",
          "a' -j ACCEPT '",
          "-j",
          "--comment",
          "! -s 0.0.0.0/0",
          "%s%n%d",
          "../../etc/passwd",
          "KUBE-SERVICES",
          "ÄÖ\u202e\ud83d\ude00",
          "x".repeat(63),
          "x".repeat(64),
          "x".repeat(253),
          "x".repeat(5000),
          "0.0.0.0",
          "255.255.255.255",
          "127.0.0.1",
          "224.0.0.1",
          "169.254.169.254",
          "10.96.0.10",
          "010.096.0.010",
          "0x0a600001",
          "10.96.0.1.5",
          "10.96.0.1 -j ACCEPT",
          "::",
          "::1",
          "fe80::1",
          "fe80::1%eth0",
          "ff02::1",
          "::ffff:10.96.0.1",
          "fd00:10:96::0001",
          "10.0.0.0/8",
          "0.0.0.0/0",
          "::/0",
          "10.0.0.0/33",
          "10.0.0.0/-1",
          "10.0.0.0/8 -j ACCEPT",
          "TCP",
          "SCTP",
          "ICMP",
          "LOCAL",
          "Proxy",
          "default/web");

  private static final List<Long> NUMBERS =
      List.of(-1L, 0L, 1L, 53L, 65_535L, 65_536L, 86_400L, 86_401L, 1L << 31, Long.MIN_VALUE);

  private final RandomGenerator random;
  private final EventCodec codec = new EventCodec();
  private final JsonMapper json = new JsonMapper();

  HostileEvents(RandomGenerator random) {
    this.random = random;
  }

  /** An object's record with one to three of its values replaced, removed or doubled. */
  LogRecord record(ClusterObject object) {
    Revision revision =
        new Revision(1, 1, "lab", Instant.EPOCH, Cause.OBSERVED, "", Optional.empty());
    LogRecord good = codec.encodeState(new Change.Upserted(revision, Optional.empty(), object));
    ObjectNode tree = (ObjectNode) json.readTree(good.value().orElseThrow());
    for (int i = 0; i <= random.nextInt(3); i++) {
      mutate(tree);
    }
    return new LogRecord(
        key(good.key(), tree), Optional.of(json.writeValueAsBytes(tree)), good.headers());
  }

  /** Nearly always the key that fits: otherwise nothing else would ever be looked at. */
  private String key(String key, ObjectNode tree) {
    String kind = key.substring(0, key.indexOf('/'));
    JsonNode name = tree.path("name");
    return switch (kind) {
      case "Service" -> name.isString() ? kind + "/" + name.stringValue() : key;
      case "EndpointSlice" ->
          kind + "/" + tree.path("namespace").asString("") + "/" + name.asString("");
      default -> kind + "/" + name.asString("");
    };
  }

  private void mutate(ObjectNode root) {
    List<ObjectNode> objects = new ArrayList<>();
    List<ArrayNode> arrays = new ArrayList<>();
    collect(root, objects, arrays);
    if (!arrays.isEmpty() && random.nextInt(3) == 0) {
      mutate(arrays.get(random.nextInt(arrays.size())));
      return;
    }
    ObjectNode object = objects.get(random.nextInt(objects.size()));
    List<String> fields = List.copyOf(object.propertyNames());
    if (fields.isEmpty()) {
      return;
    }
    String field = fields.get(random.nextInt(fields.size()));
    if (random.nextInt(8) == 0) {
      object.remove(field);
    } else {
      object.set(field, replaced(object.get(field)));
    }
  }

  private void mutate(ArrayNode array) {
    if (array.isEmpty()) {
      array.add(text());
      return;
    }
    int index = random.nextInt(array.size());
    switch (random.nextInt(3)) {
      case 0 -> array.add(array.get(index).deepCopy());
      case 1 -> array.set(index, replaced(array.get(index)));
      default -> array.remove(index);
    }
  }

  /** Mostly of the same type, so that it gets further. */
  private JsonNode replaced(JsonNode value) {
    if (random.nextInt(10) == 0) {
      return json.valueToTree(random.nextBoolean() ? List.of(text()) : NUMBERS.getFirst());
    } else if (value.isNumber()) {
      return json.valueToTree(NUMBERS.get(random.nextInt(NUMBERS.size())));
    } else if (value.isString()) {
      return json.valueToTree(text());
    } else if (value.isBoolean()) {
      return json.valueToTree(!value.booleanValue());
    }
    return value;
  }

  private String text() {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  private static void collect(JsonNode node, List<ObjectNode> objects, List<ArrayNode> arrays) {
    if (node instanceof ObjectNode object) {
      objects.add(object);
    } else if (node instanceof ArrayNode array) {
      arrays.add(array);
    }
    node.forEach(child -> collect(child, objects, arrays));
  }
}
