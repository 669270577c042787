package dev.sluice.events.host;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * HTTP/1.1 servers that anybody may reach, and that therefore take little: short request lines and
 * headers, no bodies (who sends one is answered and closed), so many connections and no more, and
 * none whose next request does not come within ten seconds.
 */
public final class GuardedHttp {
  /** How many connections are enough for probes, scrapers and load balancers. */
  public static final int FEW = 256;

  private static final int MOST_LINE_BYTES = 2048;
  private static final int MOST_HEADER_BYTES = 8192;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** For who does not read the answer; longer than any page lets its asker wait. */
  private static final int IDLE_MINUTES = 15;

  private final Vertx vertx;
  private final int mostConnections;
  private final Duration patience;
  private final Handler<HttpServerRequest> pages;
  private final AtomicInteger open = new AtomicInteger();
  private final Map<HttpConnection, Long> expected = new ConcurrentHashMap<>();

  private GuardedHttp(
      Vertx vertx, int mostConnections, Duration patience, Handler<HttpServerRequest> pages) {
    this.vertx = vertx;
    this.mostConnections = mostConnections;
    this.patience = patience;
    this.pages = pages;
  }

  /**
   * A server that does not listen yet.
   *
   * @param mostConnections at a time; further ones are closed at once
   * @param pages answers requests, whose bodies it must not wait for; on an event loop
   */
  public static HttpServer server(
      Vertx vertx, int mostConnections, Handler<HttpServerRequest> pages) {
    return server(vertx, mostConnections, PATIENCE, pages);
  }

  /** The same for tests, which wait for less long for a request. */
  static HttpServer server(
      Vertx vertx, int mostConnections, Duration patience, Handler<HttpServerRequest> pages) {
    GuardedHttp guard = new GuardedHttp(vertx, mostConnections, patience, pages);
    return vertx
        .createHttpServer(
            new HttpServerOptions()
                .setMaxInitialLineLength(MOST_LINE_BYTES)
                .setMaxHeaderSize(MOST_HEADER_BYTES)
                .setHttp2ClearTextEnabled(false)
                .setIdleTimeout(IDLE_MINUTES)
                .setIdleTimeoutUnit(TimeUnit.MINUTES))
        .connectionHandler(guard::admit)
        .requestHandler(guard::take)
        .invalidRequestHandler(guard::refuse);
  }

  private void admit(HttpConnection connection) {
    if (open.incrementAndGet() > mostConnections) {
      open.decrementAndGet();
      var _ = connection.close();
      return;
    }
    connection.closeHandler(
        _ -> {
          open.decrementAndGet();
          unexpect(connection);
        });
    expect(connection);
  }

  private void take(HttpServerRequest request) {
    HttpConnection connection = request.connection();
    unexpect(connection);
    if (hasBody(request)) {
      // the answer does not wait for it, and nothing more of it is read then
      request.response().endHandler(_ -> vertx.runOnContext(_ -> connection.close()));
    } else {
      request.response().endHandler(_ -> expect(connection));
    }
    pages.handle(request);
  }

  /** What is no HTTP, or too long. */
  private void refuse(HttpServerRequest request) {
    HttpConnection connection = request.connection();
    var _ = request.response().setStatusCode(400).end().onComplete(_ -> connection.close());
  }

  private static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null && !length.equals("0"));
  }

  private void expect(HttpConnection connection) {
    long timer = vertx.setTimer(patience.toMillis(), _ -> connection.close());
    Long before = expected.put(connection, timer);
    if (before != null) {
      vertx.cancelTimer(before);
    }
  }

  private void unexpect(HttpConnection connection) {
    Long timer = expected.remove(connection);
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
  }
}
