package dev.sluice.watcher.source;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * An API server with as much of lists and watches as informers use: limit and continue, replay from
 * a resourceVersion, bookmarks, 410 in both forms, dropped connections; watches over WebSocket and
 * plain HTTP. Thread-safe.
 */
final class FakeApiServer implements AutoCloseable {
  static final String SERVICES = "/api/v1/services";
  static final String SLICES = "/apis/discovery.k8s.io/v1/endpointslices";
  static final String NODES = "/api/v1/nodes";

  private record Event(String path, String type, JsonObject object, int version) {}

  private record Watch(String path, Consumer<JsonObject> send, Runnable end) {}

  private final Vertx vertx = Vertx.vertx();
  private final Map<String, SortedMap<String, JsonObject>> objects = new HashMap<>();
  private final List<Event> events = new ArrayList<>();
  private final List<Watch> watches = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();
  private final HttpServer server;
  private int version = 100;
  private int compacted;
  private boolean goneInStream;
  private boolean webSockets = true;
  private int failingContinues;
  private boolean failing;

  FakeApiServer() {
    server =
        vertx
            .createHttpServer()
            .requestHandler(this::handle)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  /** Creates or replaces an object given as the API's JSON without its resourceVersion. */
  synchronized void put(String path, JsonObject object) {
    version++;
    JsonObject stored = object.copy();
    stored.getJsonObject("metadata").put("resourceVersion", Integer.toString(version));
    JsonObject before = of(path).put(key(stored), stored);
    happened(new Event(path, before == null ? "ADDED" : "MODIFIED", stored, version));
  }

  synchronized void delete(String path, String namespaceAndName) {
    version++;
    JsonObject gone = Objects.requireNonNull(of(path).remove(namespaceAndName)).copy();
    gone.getJsonObject("metadata").put("resourceVersion", Integer.toString(version));
    happened(new Event(path, "DELETED", gone, version));
  }

  /** Tells all watches how far they are, as the real one does once a minute. */
  synchronized void bookmark() {
    version++;
    for (Watch watch : List.copyOf(watches)) {
      JsonObject object =
          new JsonObject()
              .put("kind", kind(watch.path()))
              .put("apiVersion", apiVersion(watch.path()))
              .put("metadata", new JsonObject().put("resourceVersion", Integer.toString(version)));
      watch.send().accept(new JsonObject().put("type", "BOOKMARK").put("object", object));
    }
  }

  /** Forgets all events: a watch that starts before now is told that it is too late. */
  synchronized void compact() {
    compacted = version;
    events.clear();
  }

  /** Says "gone" inside of a watch that was accepted, and no longer as an HTTP status. */
  synchronized void sayGoneInStream() {
    goneInStream = true;
  }

  /** Answers as through a proxy that does not know of them. */
  synchronized void refuseWebSockets() {
    webSockets = false;
  }

  /** The next so many requests for a further page are answered with 410. */
  synchronized void expireContinueTokens(int times) {
    failingContinues = times;
  }

  synchronized void fail(boolean now) {
    failing = now;
  }

  synchronized void dropConnections() {
    List.copyOf(watches).forEach(watch -> watch.end().run());
    watches.clear();
  }

  synchronized int watches() {
    return watches.size();
  }

  /** Paths with queries, in order. */
  synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private synchronized void handle(HttpServerRequest request) {
    requests.add(request.uri());
    if (failing) {
      answer(request, 403, status(403, "Forbidden", "not allowed"));
    } else if (request.path().equals("/api/v1/namespaces/kube-system")) {
      JsonObject metadata = new JsonObject().put("name", "kube-system").put("uid", "the-uid");
      answer(request, 200, head("v1", "Namespace").put("metadata", metadata));
    } else if (!List.of(SERVICES, SLICES, NODES).contains(request.path())) {
      answer(request, 404, status(404, "NotFound", "no such path"));
    } else if ("true".equals(request.getParam("watch"))) {
      watch(request);
    } else {
      list(request);
    }
  }

  private void list(HttpServerRequest request) {
    String token = request.getParam("continue", "");
    if (!token.isEmpty() && failingContinues > 0) {
      failingContinues--;
      answer(request, 410, status(410, "Expired", "the token is too old"));
      return;
    }
    int limit = Integer.parseInt(request.getParam("limit", "1000000"));
    JsonArray items = new JsonArray();
    JsonObject metadata = new JsonObject().put("resourceVersion", Integer.toString(version));
    for (JsonObject object : of(request.path()).tailMap(token).values()) {
      if (items.size() == limit) {
        metadata.put("continue", key(object));
        break;
      }
      JsonObject item = object.copy();
      item.remove("kind"); // as in the lists of the real one
      item.remove("apiVersion");
      items.add(item);
    }
    answer(
        request,
        200,
        head(apiVersion(request.path()), kind(request.path()) + "List")
            .put("metadata", metadata)
            .put("items", items));
  }

  private void watch(HttpServerRequest request) {
    int from = Integer.parseInt(request.getParam("resourceVersion"));
    boolean gone = from < compacted;
    boolean upgrade = "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
    if (gone && !goneInStream) {
      answer(request, 410, status(410, "Expired", "too old resource version"));
    } else if (upgrade && !webSockets) {
      request.response().end(); // it would be the stream, if the client had asked for that
    } else if (upgrade) {
      request
          .toWebSocket()
          .onSuccess(socket -> follow(request.path(), from, gone, overWebSocket(request, socket)));
    } else {
      HttpServerResponse response =
          request.response().setChunked(true).putHeader("Content-Type", "application/json");
      response.writeHead();
      follow(
          request.path(),
          from,
          gone,
          new Watch(
              request.path(),
              event -> response.write(event.encode() + "\n"),
              () -> request.connection().close()));
    }
  }

  private static Watch overWebSocket(HttpServerRequest request, ServerWebSocket socket) {
    return new Watch(
        request.path(),
        event -> socket.writeTextMessage(event.encode()),
        () -> request.connection().close());
  }

  private synchronized void follow(String path, int from, boolean gone, Watch watch) {
    if (gone) {
      watch
          .send()
          .accept(
              new JsonObject()
                  .put("type", "ERROR")
                  .put("object", status(410, "Expired", "too old resource version")));
      vertx.setTimer(50, id -> watch.end().run());
      return;
    }
    for (Event event : events) {
      if (event.path().equals(path) && event.version() > from) {
        watch.send().accept(json(event));
      }
    }
    watches.add(watch);
  }

  private void happened(Event event) {
    events.add(event);
    for (Watch watch : List.copyOf(watches)) {
      if (watch.path().equals(event.path())) {
        watch.send().accept(json(event));
      }
    }
  }

  private static JsonObject json(Event event) {
    return new JsonObject().put("type", event.type()).put("object", event.object());
  }

  private SortedMap<String, JsonObject> of(String path) {
    return objects.computeIfAbsent(path, p -> new TreeMap<>());
  }

  private static String key(JsonObject object) {
    JsonObject metadata = object.getJsonObject("metadata");
    String namespace = metadata.getString("namespace");
    return (namespace == null ? "" : namespace + "/") + metadata.getString("name");
  }

  private static void answer(HttpServerRequest request, int code, JsonObject body) {
    request
        .response()
        .setStatusCode(code)
        .putHeader("Content-Type", "application/json")
        .end(body.encode());
  }

  private static JsonObject head(String apiVersion, String kind) {
    return new JsonObject().put("apiVersion", apiVersion).put("kind", kind);
  }

  private static JsonObject status(int code, String reason, String message) {
    return head("v1", "Status")
        .put("metadata", new JsonObject())
        .put("status", "Failure")
        .put("code", code)
        .put("reason", reason)
        .put("message", message);
  }

  private static String kind(String path) {
    return switch (path) {
      case SERVICES -> "Service";
      case SLICES -> "EndpointSlice";
      default -> "Node";
    };
  }

  private static String apiVersion(String path) {
    return path.equals(SLICES) ? "discovery.k8s.io/v1" : "v1";
  }
}
