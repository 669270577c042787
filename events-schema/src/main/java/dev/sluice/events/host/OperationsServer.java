package dev.sluice.events.host;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The HTTP servers for those who operate a program: {@code /healthz} and {@code /livez} on one
 * address, {@code /metrics} on another or on the same. Requests are served on the event loop of the
 * context that called {@link #start}.
 */
public final class OperationsServer {
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /**
   * What is served.
   *
   * @param healthz whether work should be sent here
   * @param livez whether the program should go on running
   * @param registry the metrics
   */
  public record Sources(HealthCheck healthz, HealthCheck livez, PrometheusMeterRegistry registry) {}

  // health first, metrics last; one server may be both
  private final List<HttpServer> servers;

  private OperationsServer(HttpServer... servers) {
    this.servers = List.of(servers);
  }

  /**
   * Starts to serve.
   *
   * @param health where {@code /healthz} and {@code /livez} are
   * @param metrics where {@code /metrics} is; if it equals {@code health}, one server has all three
   * @return fails with a {@link BindFailedException} if an address can't be listened on; nothing is
   *     listened on then
   */
  public static Future<OperationsServer> start(
      Vertx vertx, BindAddress health, BindAddress metrics, Sources sources) {
    Map<String, Consumer<HttpServerResponse>> healthPages = new LinkedHashMap<>();
    healthPages.put("/healthz", response -> answer(response, sources.healthz()));
    healthPages.put("/livez", response -> answer(response, sources.livez()));
    Map<String, Consumer<HttpServerResponse>> metricsPages =
        Map.of("/metrics", response -> scrape(response, sources.registry()));
    if (health.equals(metrics)) {
      healthPages.putAll(metricsPages);
      return listen(vertx, "health and metrics", health, healthPages)
          .map(server -> new OperationsServer(server));
    }
    return listen(vertx, "health", health, healthPages)
        .compose(
            first ->
                listen(vertx, "metrics", metrics, metricsPages)
                    .map(second -> new OperationsServer(first, second))
                    .recover(e -> first.close().transform(closed -> Future.failedFuture(e))));
  }

  /** The port that health is served on: the one asked for, or what was free. */
  public int healthPort() {
    return servers.getFirst().actualPort();
  }

  /** The port that metrics are served on: the one asked for, or what was free. */
  public int metricsPort() {
    return servers.getLast().actualPort();
  }

  /** Stops serving. */
  public Future<Void> close() {
    return Future.join(servers.stream().map(HttpServer::close).toList()).mapEmpty();
  }

  private static Future<HttpServer> listen(
      Vertx vertx,
      String purpose,
      BindAddress address,
      Map<String, Consumer<HttpServerResponse>> pages) {
    return vertx
        .createHttpServer()
        .requestHandler(request -> route(request, pages))
        .listen(address.port(), address.host())
        .recover(e -> Future.failedFuture(new BindFailedException(purpose, address, e)));
  }

  private static void route(
      HttpServerRequest request, Map<String, Consumer<HttpServerResponse>> pages) {
    HttpServerResponse response = request.response();
    // nobody's browser shall take an answer for something else than it says
    response.putHeader("X-Content-Type-Options", "nosniff");
    Consumer<HttpServerResponse> page = pages.get(request.path());
    if (page == null) {
      refuse(response, 404, "not found: there is " + String.join(", ", pages.keySet()));
    } else if (!request.method().equals(HttpMethod.GET)) {
      response.putHeader("Allow", "GET");
      refuse(response, 405, "not allowed");
    } else {
      page.accept(response);
    }
  }

  private static void answer(HttpServerResponse response, HealthCheck check) {
    HealthReport report;
    try {
      report = check.report();
    } catch (RuntimeException e) {
      // a check that can't tell is no sign of health
      report = new HealthReport(false, Map.of("error", e.toString()));
    }
    end(
        response.setStatusCode(report.ok() ? 200 : 503),
        "application/json",
        new JsonObject(report.body()).encode());
  }

  private static void scrape(HttpServerResponse response, PrometheusMeterRegistry registry) {
    end(response, METRICS_TYPE, registry.scrape());
  }

  private static void refuse(HttpServerResponse response, int status, String reason) {
    end(response.setStatusCode(status), "text/plain; charset=utf-8", reason + "\n");
  }

  private static void end(HttpServerResponse response, String type, String body) {
    response.putHeader("Content-Type", type).end(body);
  }
}
