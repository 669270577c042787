package dev.sluice.events.host;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP servers for those who operate a program: {@code /healthz} and {@code /livez} on one
 * address, {@code /metrics} on another or on the same, and pages of the program's own. Requests are
 * served on the event loop of the context that called {@link #start}.
 */
public final class OperationsServer {
  private static final Logger LOG = LoggerFactory.getLogger(OperationsServer.class);
  private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD);
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /**
   * What is served.
   *
   * @param healthz whether work should be sent here
   * @param livez whether the program should go on running
   * @param registry the metrics
   */
  public record Sources(HealthCheck healthz, HealthCheck livez, PrometheusMeterRegistry registry) {}

  private final List<HttpServer> servers;
  private final int healthPort;
  private final int metricsPort;
  private final int ownPort;

  private OperationsServer(List<HttpServer> servers, int healthPort, int metricsPort, int ownPort) {
    this.servers = servers;
    this.healthPort = healthPort;
    this.metricsPort = metricsPort;
    this.ownPort = ownPort;
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
    return start(vertx, health, metrics, sources, new Pages("pages", health, Map.of()));
  }

  /**
   * Pages of a program's own.
   *
   * @param purpose what to call them in errors
   * @param address where they are
   * @param mostConnections at a time
   * @param byPath what answers a GET or HEAD of each; called on an event loop
   */
  public record Pages(
      String purpose,
      BindAddress address,
      int mostConnections,
      Map<String, Consumer<HttpServerRequest>> byPath) {
    public Pages {
      byPath = Collections.unmodifiableMap(new LinkedHashMap<>(byPath));
    }

    /** Pages for a few at a time. */
    public Pages(
        String purpose, BindAddress address, Map<String, Consumer<HttpServerRequest>> byPath) {
      this(purpose, address, GuardedHttp.FEW, byPath);
    }

    private Pages and(Pages more) {
      Map<String, Consumer<HttpServerRequest>> both = new LinkedHashMap<>(byPath);
      both.putAll(more.byPath);
      String purposes = more.byPath.isEmpty() ? purpose : purpose + " and " + more.purpose;
      int most = Math.max(mostConnections, more.mostConnections);
      return new Pages(purposes, address, most, both);
    }
  }

  /** As {@link #start}, with pages of the program's own; what has equal addresses is one server. */
  public static Future<OperationsServer> start(
      Vertx vertx, BindAddress health, BindAddress metrics, Sources sources, Pages own) {
    Map<String, Consumer<HttpServerRequest>> healthPages = new LinkedHashMap<>();
    healthPages.put("/healthz", page(sources.healthz()));
    healthPages.put("/livez", page(sources.livez()));
    Map<BindAddress, Pages> sites = new LinkedHashMap<>();
    sites.put(health, new Pages("health", health, healthPages));
    sites.merge(own.address(), own, Pages::and);
    sites.merge(
        metrics,
        new Pages(
            "metrics",
            metrics,
            Map.of("/metrics", request -> scrape(request.response(), sources.registry()))),
        Pages::and);
    Map<BindAddress, HttpServer> servers = new LinkedHashMap<>();
    Future<Void> all = Future.succeededFuture();
    for (Pages site : sites.values()) {
      all =
          all.compose(before -> listen(vertx, site).onSuccess(s -> servers.put(site.address(), s)))
              .mapEmpty();
    }
    return all.map(
            listening ->
                new OperationsServer(
                    List.copyOf(servers.values()),
                    port(servers, health),
                    port(servers, metrics),
                    port(servers, own.address())))
        .recover(
            e ->
                Future.join(servers.values().stream().map(HttpServer::close).toList())
                    .transform(closed -> Future.failedFuture(e)));
  }

  private static int port(Map<BindAddress, HttpServer> servers, BindAddress address) {
    return Optional.ofNullable(servers.get(address)).orElseThrow().actualPort();
  }

  /** The port that health is served on: the one asked for, or what was free. */
  public int healthPort() {
    return healthPort;
  }

  /** The port that metrics are served on: the one asked for, or what was free. */
  public int metricsPort() {
    return metricsPort;
  }

  /** The port that the program's own pages are served on. */
  public int ownPort() {
    return ownPort;
  }

  /** Stops serving. */
  public Future<Void> close() {
    return Future.join(servers.stream().map(HttpServer::close).toList()).mapEmpty();
  }

  private static Future<HttpServer> listen(Vertx vertx, Pages site) {
    BindAddress address = site.address();
    return GuardedHttp.server(
            vertx, site.mostConnections(), request -> route(request, site.byPath()))
        .listen(address.port(), address.host())
        .recover(e -> Future.failedFuture(new BindFailedException(site.purpose(), address, e)));
  }

  private static void route(
      HttpServerRequest request, Map<String, Consumer<HttpServerRequest>> pages) {
    HttpServerResponse response = request.response();
    // nobody's browser shall take an answer for something else than it says
    response.putHeader("X-Content-Type-Options", "nosniff");
    Consumer<HttpServerRequest> page = pages.get(request.path());
    if (page == null) {
      refuse(request, 404, "not found: there is " + String.join(", ", pages.keySet()));
    } else if (!READING.contains(request.method())) {
      response.putHeader("Allow", "GET, HEAD");
      refuse(request, 405, "not allowed");
    } else {
      page.accept(request);
    }
  }

  /** What answers a request by a health check. */
  public static Consumer<HttpServerRequest> page(HealthCheck check) {
    return request -> answer(request.response(), check);
  }

  private static void answer(HttpServerResponse response, HealthCheck check) {
    HealthReport report;
    try {
      report = check.report();
    } catch (RuntimeException e) {
      // a check that can't tell is no sign of health
      LOG.error("a health check failed", e);
      report = new HealthReport(false, Map.of("error", "the check itself failed, see the log"));
    }
    end(
        response.setStatusCode(report.ok() ? 200 : 503),
        "application/json",
        new JsonObject(report.body()).encode());
  }

  private static void scrape(HttpServerResponse response, PrometheusMeterRegistry registry) {
    end(response, METRICS_TYPE, registry.scrape());
  }

  /** Nothing more is taken of who asks for what there is not: neither a body nor a next request. */
  private static void refuse(HttpServerRequest request, int status, String reason) {
    HttpServerResponse response = request.response();
    response
        .setStatusCode(status)
        .putHeader("Connection", "close")
        .putHeader("Content-Type", "text/plain; charset=utf-8")
        .end(reason + "\n")
        .onComplete(_ -> request.connection().close());
  }

  private static void end(HttpServerResponse response, String type, String body) {
    response.putHeader("Content-Type", type).end(body);
  }
}
