package dev.sluice.local.apiserver;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * An API server on 127.0.0.1 with as much of lists and watches as informers use, over WebSocket and
 * plain HTTP: limit and continue, replay from a resourceVersion, bookmarks; and the Leases that
 * leaders are elected by. Several may serve one cluster. What goes wrong at this one is told by its
 * methods; what all see (410 for watches that come too late, bookmarks) by the cluster's.
 */
public final class FakeApiServer implements AutoCloseable {
  /** The UID of namespace kube-system. */
  public static final String CLUSTER_ID = "the-uid";

  private static final String KUBE_SYSTEM = "/api/v1/namespaces/kube-system";

  private final Vertx vertx = Vertx.vertx();

  /** Its lock guards everything here too: an event is told to all while it is held. */
  private final FakeCluster cluster;

  private final List<OpenWatch> watches = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();
  private final ListeningPort port;
  private Optional<ClusterView> past = Optional.empty();
  private boolean stalled;
  private boolean goneInStream;
  private boolean webSockets = true;
  private Optional<Predicate<ApiRequest>> permitted = Optional.empty();
  private boolean failing;
  private boolean hanging;
  private int failingContinues;

  /** Starts to serve a cluster, on a free port. */
  public FakeApiServer(FakeCluster cluster) {
    this.cluster = cluster;
    port = ListeningPort.open(vertx, this::handle);
  }

  public int port() {
    return port.number();
  }

  public String url() {
    return "http://127.0.0.1:" + port();
  }

  /** Writes a kubeconfig that leads here. */
  public void writeKubeconfig(Path file) throws IOException {
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: fake, cluster: {server: "%s"}}]
        users: [{name: nobody, user: {}}]
        contexts: [{name: fake, context: {cluster: fake, user: nobody}}]
        current-context: fake
        """
            .formatted(url()));
  }

  /** Says "gone" inside of a watch that was accepted, and no longer as an HTTP status. */
  public void sayGoneInStream() {
    synchronized (cluster) {
      goneInStream = true;
    }
  }

  /** Answers as through a proxy that does not know of WebSockets. */
  public void refuseWebSockets() {
    synchronized (cluster) {
      webSockets = false;
    }
  }

  /** The next so many requests for a further page are answered with 410. */
  public void expireContinueTokens(int times) {
    synchronized (cluster) {
      failingContinues = times;
    }
  }

  /** Answers every request with 403, or no longer. */
  public void fail(boolean now) {
    synchronized (cluster) {
      failing = now;
    }
  }

  /** Answers requests for which this does not hold with 403. */
  public void permitOnly(Predicate<ApiRequest> requests) {
    synchronized (cluster) {
      permitted = Optional.of(requests);
    }
  }

  /** Answers no request, but keeps the connection; what is not answered now never is. */
  public void hang(boolean now) {
    synchronized (cluster) {
      hanging = now;
    }
  }

  /** Watches stay open and say nothing; lists and Leases are as ever. */
  public void stallWatches() {
    synchronized (cluster) {
      stalled = true;
    }
  }

  /** Lists and watches show the cluster as it is now, whatever changes; Leases are as ever. */
  public void stayBehind() {
    synchronized (cluster) {
      past = Optional.of(cluster.view());
      stalled = true;
    }
  }

  /** Tells the watches all that they have missed, and is up to date again. */
  public void catchUp() {
    synchronized (cluster) {
      past = Optional.empty();
      stalled = false;
      watches.forEach(OpenWatch::flush);
    }
  }

  /** Ends all watches without a word. */
  public void dropConnections() {
    List<OpenWatch> dropped;
    synchronized (cluster) {
      dropped = List.copyOf(watches);
      watches.clear();
    }
    dropped.forEach(watch -> cluster.unfollow(watch));
    dropped.forEach(OpenWatch::end);
  }

  /** Ends all connections and refuses new ones, until {@link #comeBack}. */
  public void goAway() {
    dropConnections();
    port.close();
  }

  /** Serves again, on the same port; to be called after {@link #goAway} only. */
  public void comeBack() {
    port.openAgain();
  }

  /** How many watches are open. */
  public int watches() {
    synchronized (cluster) {
      return watches.size();
    }
  }

  /** Methods and paths with queries, in order, such as {@code GET /api/v1/services?limit=500}. */
  public List<String> requests() {
    synchronized (cluster) {
      return List.copyOf(requests);
    }
  }

  @Override
  public void close() {
    dropConnections();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private void handle(HttpServerRequest request) {
    boolean refused;
    synchronized (cluster) {
      requests.add(request.method() + " " + request.uri());
      refused = failing || permitted.filter(only -> !only.test(asked(request))).isPresent();
      if (hanging) {
        return;
      }
    }
    Optional<ApiResource> resource = ApiResource.at(request.path());
    if (refused) {
      answer(request, ApiAnswer.failure(403, "Forbidden", "not allowed"));
    } else if (Leases.isAt(request.path())) {
      lease(request);
    } else if (request.path().equals(KUBE_SYSTEM)) {
      JsonObject metadata = new JsonObject().put("name", "kube-system").put("uid", CLUSTER_ID);
      answer(request, ApiAnswer.ok(ApiAnswer.head("v1", "Namespace").put("metadata", metadata)));
    } else if (resource.isEmpty() || !request.method().equals(HttpMethod.GET)) {
      answer(request, ApiAnswer.failure(404, "NotFound", "no such path"));
    } else if ("true".equals(request.getParam("watch"))) {
      watch(request, resource.get());
    } else {
      answer(request, list(request, resource.get()));
    }
  }

  private static ApiRequest asked(HttpServerRequest request) {
    return ApiRequest.of(request.method().name(), request.uri());
  }

  private void lease(HttpServerRequest request) {
    request
        .body()
        .map(Buffer::toString)
        .onSuccess(
            body ->
                answer(request, cluster.leases().handle(request.method(), request.path(), body)));
  }

  private ApiAnswer list(HttpServerRequest request, ApiResource resource) {
    synchronized (cluster) {
      String token = request.getParam("continue", "");
      if (!token.isEmpty() && failingContinues > 0) {
        failingContinues--;
        return ApiAnswer.failure(410, "Expired", "the token is too old");
      }
      int limit = Integer.parseInt(request.getParam("limit", "1000000"));
      return ApiAnswer.ok(
          past.map(then -> then.page(resource, token, limit))
              .orElseGet(() -> cluster.page(resource, token, limit)));
    }
  }

  private void watch(HttpServerRequest request, ApiResource resource) {
    int from = Integer.parseInt(request.getParam("resourceVersion"));
    boolean gone = cluster.isCompacted(from);
    boolean upgrade = "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
    boolean refuses;
    boolean inStream;
    synchronized (cluster) {
      refuses = !webSockets;
      inStream = goneInStream;
    }
    Runnable end = () -> request.connection().close();
    if (gone && !inStream) {
      answer(request, ApiAnswer.failure(410, "Expired", "too old resource version"));
    } else if (upgrade && refuses) {
      request.response().end(); // it would be the stream, if the client had asked for that
    } else if (upgrade) {
      request
          .toWebSocket()
          .onSuccess(
              socket -> {
                OpenWatch watch = new OpenWatch(socket::writeTextMessage, end);
                socket.closeHandler(closed -> forget(watch));
                follow(resource, from, watch);
              });
    } else {
      HttpServerResponse response =
          request.response().setChunked(true).putHeader("Content-Type", "application/json");
      response.writeHead();
      OpenWatch watch = new OpenWatch(line -> response.write(line + "\n"), end);
      response.closeHandler(closed -> forget(watch));
      follow(resource, from, watch);
    }
  }

  private void follow(ApiResource resource, int from, OpenWatch watch) {
    synchronized (cluster) {
      if (cluster.isCompacted(from)) {
        JsonObject status = ApiAnswer.status(410, "Expired", "too old resource version");
        watch.send(new JsonObject().put("type", "ERROR").put("object", status));
        vertx.setTimer(50, id -> watch.end());
      } else {
        watches.add(watch);
        cluster.follow(resource, from, watch, event -> tell(watch, event));
      }
    }
  }

  private void tell(OpenWatch watch, ClusterEvent event) {
    synchronized (cluster) {
      if (stalled) {
        watch.keep(event.json());
      } else {
        watch.send(event.json());
      }
    }
  }

  private void forget(OpenWatch watch) {
    synchronized (cluster) {
      watches.remove(watch);
    }
    cluster.unfollow(watch);
  }

  private static void answer(HttpServerRequest request, ApiAnswer answer) {
    request
        .response()
        .setStatusCode(answer.code())
        .putHeader("Content-Type", "application/json")
        .end(answer.body().encode());
  }
}
