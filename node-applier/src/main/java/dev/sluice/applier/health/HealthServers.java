package dev.sluice.applier.health;

import dev.sluice.events.host.GuardedHttp;
import dev.sluice.events.model.ServiceName;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers load balancers at each Service's health-check node port. For the Vert.x context that made
 * it, which also serves the requests and closes what is open when it ends. Nothing here fails: a
 * port that can't be listened on is reported, and tried again with {@link #listenOn}.
 */
public final class HealthServers {
  private static final Logger LOG = LoggerFactory.getLogger(HealthServers.class);
  private static final int MOST_RETRIES = 3;
  private static final int RETRY_MILLIS = 100;

  private record Listener(String host, int port) {}

  private final Vertx vertx;
  private final BooleanSupplier proxyHealthy;
  private final Counter failures;
  private final HealthPorts ports = new HealthPorts();
  private final Map<Integer, Map<String, Future<HttpServer>>> servers = new HashMap<>();
  private final Map<Listener, Future<Void>> closing = new HashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private Optional<Set<String>> hosts = Optional.empty();

  /**
   * @param proxyHealthy whether the kernel is kept up to date; asked on the context, must not block
   */
  public HealthServers(Vertx vertx, BooleanSupplier proxyHealthy, MeterRegistry registry) {
    this.vertx = vertx;
    this.proxyHealthy = proxyHealthy;
    failures =
        Counter.builder("sluice.health.check.failures")
            .description("Times that a Service's health-check node port could not be served")
            .register(registry);
    Gauge.builder("sluice.health.check.listeners", open, AtomicInteger::get)
        .description("Addresses and ports at which load balancers are told of Services' health")
        .register(registry);
  }

  /**
   * Follows what the kernel has now.
   *
   * @param changed Services and what is told of them; empty: nothing any more
   */
  public void update(Map<ServiceName, Optional<ServiceHealth>> changed) {
    Set<Integer> touched = new HashSet<>();
    changed.forEach((name, health) -> touched.addAll(ports.replace(name, health)));
    touched.forEach(this::follow);
  }

  /** Listens on these addresses from now on, at each port; once more where it failed before. */
  public void listenOn(Set<String> addresses) {
    hosts = Optional.of(Set.copyOf(addresses));
    ports.all().forEach(this::follow);
  }

  private void follow(int port) {
    if (hosts.isEmpty()) {
      return; // until it is known where to listen
    }
    Set<ServiceName> services = ports.claimants(port);
    Set<String> wanted = services.isEmpty() ? Set.of() : hosts.get();
    Map<String, Future<HttpServer>> listening = servers.computeIfAbsent(port, _ -> new HashMap<>());
    for (String host : List.copyOf(listening.keySet())) {
      if (!wanted.contains(host)) {
        close(new Listener(host, port), Objects.requireNonNull(listening.remove(host)));
      }
    }
    for (String host : wanted) {
      if (!listening.containsKey(host)) {
        listening.put(host, listen(new Listener(host, port)));
      }
    }
    if (services.isEmpty()) {
      servers.remove(port);
    } else if (services.size() > 1) {
      failed(port, "they want the same port; the first by name has it");
    } else if (wanted.isEmpty()) {
      failed(port, "no address of this node is one that node ports are on");
    }
  }

  private Future<HttpServer> listen(Listener listener) {
    Future<HttpServer> server =
        closing
            .getOrDefault(listener, Future.succeededFuture())
            .transform(_ -> listen(listener, MOST_RETRIES));
    return server
        .onSuccess(_ -> open.incrementAndGet())
        .onFailure(
            e -> {
              Map<String, Future<HttpServer>> others = servers.get(listener.port());
              if (others != null && others.remove(listener.host(), server)) {
                failed(listener.port(), "host " + listener.host() + ": " + e.getMessage());
              }
            });
  }

  /** The kernel may free an address a little later than a server on it says to be closed. */
  private Future<HttpServer> listen(Listener listener, int retries) {
    Future<HttpServer> server =
        GuardedHttp.server(vertx, GuardedHttp.FEW, request -> answer(request, listener.port()))
            .listen(listener.port(), listener.host());
    return retries == 0
        ? server
        : server.recover(
            _ -> vertx.timer(RETRY_MILLIS).compose(_ -> listen(listener, retries - 1)));
  }

  private void failed(int port, String reason) {
    failures.increment();
    LOG.warn(
        "health check services={} port={} error=\"{}\"; tried again at the next sync",
        ports.claimants(port),
        port,
        reason);
  }

  private void close(Listener listener, Future<HttpServer> server) {
    Future<Void> closed =
        server.compose(
            listening -> {
              open.decrementAndGet();
              return listening.close();
            });
    closing.put(listener, closed);
    closed.onComplete(_ -> closing.remove(listener, closed));
  }

  /** Whatever the path and the method, as kube-proxy does. */
  private void answer(HttpServerRequest request, int port) {
    Optional<HealthAnswer> answer =
        ports.at(port).map(health -> HealthAnswer.of(health, proxyHealthy.getAsBoolean()));
    if (answer.isEmpty()) {
      // it goes away just now
      var _ = request.connection().close();
      return;
    }
    HealthAnswer found = answer.get();
    Buffer body = Buffer.buffer(found.body());
    HttpServerResponse response =
        request
            .response()
            .setStatusCode(found.status())
            .putHeader("Content-Type", "application/json")
            .putHeader("X-Content-Type-Options", "nosniff")
            .putHeader("X-Load-Balancing-Endpoint-Weight", Integer.toString(found.weight()))
            .putHeader("Content-Length", Integer.toString(body.length()));
    var _ = request.method().equals(HttpMethod.HEAD) ? response.end() : response.end(body);
  }
}
