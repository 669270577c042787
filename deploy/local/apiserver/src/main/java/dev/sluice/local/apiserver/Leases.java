package dev.sluice.local.apiserver;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Leases of coordination.k8s.io/v1, with what keeps two candidates from having one at a time. */
public final class Leases {
  private static final Pattern PATH =
      Pattern.compile(
          "/apis/coordination\\.k8s\\.io/v1/namespaces/(?<namespace>[^/]+)/leases(/(?<name>[^/]+))?");

  private final FakeCluster cluster;
  private final Map<String, JsonObject> leases = new TreeMap<>();

  Leases(FakeCluster cluster) {
    this.cluster = cluster;
  }

  /** A Lease as the API has it. */
  public synchronized Optional<JsonObject> get(String namespace, String name) {
    return Optional.ofNullable(leases.get(namespace + "/" + name)).map(JsonObject::copy);
  }

  /** Who holds a Lease; empty while nobody does. */
  public Optional<String> holder(String namespace, String name) {
    return get(namespace, name)
        .map(lease -> lease.getJsonObject("spec", new JsonObject()).getString("holderIdentity"))
        .filter(holder -> !holder.isEmpty());
  }

  static boolean isAt(String path) {
    return PATH.matcher(path).matches();
  }

  /**
   * Answers a request.
   *
   * @param body empty for GET and DELETE
   */
  synchronized ApiAnswer handle(HttpMethod method, String path, String body) {
    Matcher matcher = PATH.matcher(path);
    if (!matcher.matches()) {
      return ApiAnswer.failure(404, "NotFound", "no such path");
    }
    String namespace = matcher.group("namespace");
    String name = matcher.group("name");
    if (name == null) {
      return method.equals(HttpMethod.POST)
          ? create(namespace, new JsonObject(body))
          : ApiAnswer.failure(405, "MethodNotAllowed", method + " is not served here");
    }
    String key = namespace + "/" + name;
    JsonObject lease = leases.get(key);
    if (lease == null) {
      return ApiAnswer.failure(404, "NotFound", "leases \"" + name + "\" not found");
    }
    return switch (method.name()) {
      case "GET" -> ApiAnswer.ok(lease.copy());
      case "PUT" -> replace(key, lease, new JsonObject(body));
      case "PATCH" -> replace(key, lease, merged(lease, new JsonObject(body)));
      case "DELETE" -> {
        leases.remove(key);
        cluster.nextVersion();
        yield ApiAnswer.ok(lease);
      }
      default -> ApiAnswer.failure(405, "MethodNotAllowed", method + " is not served here");
    };
  }

  private ApiAnswer create(String namespace, JsonObject lease) {
    String name = lease.getJsonObject("metadata").getString("name");
    String key = namespace + "/" + name;
    if (leases.containsKey(key)) {
      return ApiAnswer.failure(409, "AlreadyExists", "leases \"" + name + "\" already exists");
    }
    return new ApiAnswer(201, store(key, lease));
  }

  /** Only for who knows the last version, where a version is given. */
  private ApiAnswer replace(String key, JsonObject before, JsonObject after) {
    String known = version(after);
    if (known != null && !known.equals(version(before))) {
      return ApiAnswer.failure(
          409, "Conflict", "the object has been modified: version " + version(before));
    }
    return ApiAnswer.ok(store(key, after));
  }

  private JsonObject store(String key, JsonObject lease) {
    JsonObject stored = lease.copy();
    stored.getJsonObject("metadata").put("resourceVersion", "" + cluster.nextVersion());
    leases.put(key, stored);
    return stored.copy();
  }

  private static @Nullable String version(JsonObject lease) {
    return lease.getJsonObject("metadata", new JsonObject()).getString("resourceVersion");
  }

  /** A JSON merge patch (RFC 7386): what is null in it is removed, what is not in it stays. */
  private static JsonObject merged(JsonObject target, JsonObject patch) {
    JsonObject result = target.copy();
    for (String field : patch.fieldNames()) {
      Object value = patch.getValue(field);
      if (value == null) {
        result.remove(field);
      } else if (value instanceof JsonObject inner) {
        JsonObject before =
            result.getValue(field) instanceof JsonObject old ? old : new JsonObject();
        result.put(field, merged(before, inner));
      } else {
        result.put(field, Objects.requireNonNull(value));
      }
    }
    return result;
  }
}
