package dev.sluice.events.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OperationsServerTest {
  private static final BindAddress ANY_PORT = new BindAddress("127.0.0.1", 0);
  private static final BindAddress ANY_PORT_BY_NAME = new BindAddress("localhost", 0);

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicBoolean ok = new AtomicBoolean(true);
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final OperationsServer.Sources sources =
      new OperationsServer.Sources(
          () -> new HealthReport(ok.get(), Map.of("nodeEligible", ok.get())),
          () -> new HealthReport(true, Map.of()),
          registry);

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    client.close();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private HttpResponse<String> get(int port, String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(port, path)).build());
  }

  private HttpResponse<String> send(HttpRequest request) throws Exception {
    return client.send(request, BodyHandlers.ofString());
  }

  private static URI uri(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  @Test
  void servesHealthAsJson() throws Exception {
    OperationsServer server = await(OperationsServer.start(vertx, ANY_PORT, ANY_PORT, sources));

    HttpResponse<String> response = get(server.healthPort(), "/healthz?verbose");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"nodeEligible\":true}");
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
  }

  @Test
  void healthAndLivenessAreTwoThings() throws Exception {
    OperationsServer server = await(OperationsServer.start(vertx, ANY_PORT, ANY_PORT, sources));

    ok.set(false);

    assertThat(get(server.healthPort(), "/healthz").statusCode()).isEqualTo(503);
    assertThat(get(server.healthPort(), "/livez").statusCode()).isEqualTo(200);
  }

  @Test
  void aCheckThatThrowsIsNotHealthy() throws Exception {
    HealthCheck broken =
        () -> {
          throw new IllegalStateException("don't know");
        };
    OperationsServer server =
        await(
            OperationsServer.start(
                vertx, ANY_PORT, ANY_PORT, new OperationsServer.Sources(broken, broken, registry)));

    HttpResponse<String> response = get(server.healthPort(), "/healthz");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).contains("the check itself failed").doesNotContain("don't know");
  }

  @Test
  void servesMetricsForPrometheus() throws Exception {
    registry.counter("sluice.changes").increment(3);
    OperationsServer server = await(OperationsServer.start(vertx, ANY_PORT, ANY_PORT, sources));

    HttpResponse<String> response = get(server.metricsPort(), "/metrics");

    assertThat(server.metricsPort()).isEqualTo(server.healthPort());
    assertThat(response.body()).contains("sluice_changes_total 3.0");
    assertThat(response.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
  }

  @Test
  void servesTwoAddressesEachItsOwn() throws Exception {
    OperationsServer server =
        await(OperationsServer.start(vertx, ANY_PORT, ANY_PORT_BY_NAME, sources));

    assertThat(server.metricsPort()).isNotEqualTo(server.healthPort());
    assertThat(get(server.healthPort(), "/metrics").statusCode()).isEqualTo(404);
    assertThat(get(server.metricsPort(), "/healthz").statusCode()).isEqualTo(404);
    assertThat(get(server.metricsPort(), "/metrics").statusCode()).isEqualTo(200);
  }

  @Test
  void onlyReadingIsAllowed() throws Exception {
    OperationsServer server = await(OperationsServer.start(vertx, ANY_PORT, ANY_PORT, sources));
    HttpRequest post =
        HttpRequest.newBuilder(uri(server.healthPort(), "/healthz"))
            .POST(BodyPublishers.noBody())
            .build();

    HttpResponse<String> response = send(post);

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
    assertThat(response.body()).doesNotContain("POST", "healthz");
  }

  @Test
  void aHeadHasNoBody() throws Exception {
    OperationsServer server = await(OperationsServer.start(vertx, ANY_PORT, ANY_PORT, sources));

    for (String path : List.of("/healthz", "/livez", "/metrics")) {
      HttpResponse<String> response =
          send(HttpRequest.newBuilder(uri(server.healthPort(), path)).HEAD().build());

      assertThat(response.statusCode()).as(path).isEqualTo(200);
      assertThat(response.body()).as(path).isEmpty();
    }
  }

  @Test
  void whatIsNotThereIsNotRepeated() throws Exception {
    OperationsServer server = await(OperationsServer.start(vertx, ANY_PORT, ANY_PORT, sources));

    HttpResponse<String> response = get(server.healthPort(), "/etc/passwd?%3Cscript%3E");

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).isEqualTo("not found: there is /healthz, /livez, /metrics\n");
    assertThat(response.headers().map().keySet())
        .containsExactlyInAnyOrder(
            "connection", "content-length", "content-type", "x-content-type-options");
  }

  @Test
  void anAddressInUseIsNamedAndNothingStaysOpen() throws Exception {
    int healthPort = freePort();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      BindAddress health = new BindAddress("127.0.0.1", healthPort);
      BindAddress metrics = new BindAddress("127.0.0.1", taken.getLocalPort());

      assertThatThrownBy(() -> await(OperationsServer.start(vertx, health, metrics, sources)))
          .cause()
          .isInstanceOf(BindFailedException.class)
          .hasMessageContaining("can't serve metrics on 127.0.0.1:" + taken.getLocalPort() + ": ")
          .hasMessageContaining("in use");
    }
    assertThatThrownBy(() -> get(healthPort, "/healthz")).isInstanceOf(IOException.class);
  }

  @Test
  void closedItAnswersNoMore() throws Exception {
    OperationsServer server =
        await(OperationsServer.start(vertx, ANY_PORT, ANY_PORT_BY_NAME, sources));
    int port = server.healthPort();

    await(server.close());

    assertThatThrownBy(() -> get(port, "/healthz")).isInstanceOf(IOException.class);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
