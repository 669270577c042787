package dev.sluice.applier.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.events.model.ServiceName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init")
class HealthServersTest {
  private static final ServiceName WEB = ServiceName.parse("shop/web");
  private static final ServiceName API = ServiceName.parse("shop/api");
  private static final String HOST = "127.0.0.1";

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final HttpClient client = HttpClient.newHttpClient();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicBoolean healthy = new AtomicBoolean(true);
  private HealthServers servers;

  @BeforeEach
  void listen() throws Exception {
    onContext(() -> servers = new HealthServers(vertx, healthy::get, registry));
    onContext(() -> servers.listenOn(Set.of(HOST)));
  }

  @AfterEach
  void close() throws Exception {
    var _ = vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    client.close();
  }

  private void onContext(Runnable action) throws Exception {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    context.runOnContext(
        _ -> {
          try {
            action.run();
            done.complete(true);
          } catch (RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
    var _ = done.get(10, TimeUnit.SECONDS);
  }

  private void serve(ServiceName name, int port, int endpoints) throws Exception {
    onContext(
        () -> servers.update(Map.of(name, Optional.of(new ServiceHealth(name, port, endpoints)))));
  }

  private static ConditionFactory soon() {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(10))
        .ignoreExceptionsInstanceOf(IOException.class);
  }

  private double listeners() {
    return Objects.requireNonNull(registry.find("sluice.health.check.listeners").gauge()).value();
  }

  private double failures() {
    return Objects.requireNonNull(registry.find("sluice.health.check.failures").counter()).count();
  }

  private HttpResponse<String> ask(int port) throws Exception {
    // one that meets a server on its way out may never be answered
    return send(HttpRequest.newBuilder(uri(port, "/")).timeout(Duration.ofSeconds(1)).build());
  }

  private HttpResponse<String> send(HttpRequest request) throws Exception {
    return client.send(request, BodyHandlers.ofString());
  }

  private static URI uri(int port, String path) {
    return URI.create("http://" + HOST + ":" + port + path);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral(HOST))) {
      return socket.getLocalPort();
    }
  }

  @Test
  void answersWithStatusWeightAndHeaders() throws Exception {
    int port = freePort();
    serve(WEB, port, 2);
    soon().until(() -> listeners() == 1);

    HttpResponse<String> response = ask(port);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("X-Load-Balancing-Endpoint-Weight")).contains("2");
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(response.body()).contains("\"name\": \"web\"", "\"localEndpoints\": 2");
  }

  @Test
  void answersAtAnyPathAndToAnyMethod() throws Exception {
    int port = freePort();
    serve(WEB, port, 1);
    soon().until(() -> listeners() == 1);

    assertThat(send(HttpRequest.newBuilder(uri(port, "/a/b?c")).build()).statusCode())
        .isEqualTo(200);
    assertThat(
            send(HttpRequest.newBuilder(uri(port, "/")).POST(BodyPublishers.ofString("x")).build())
                .statusCode())
        .isEqualTo(200);
    HttpResponse<String> head = send(HttpRequest.newBuilder(uri(port, "/")).HEAD().build());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("X-Load-Balancing-Endpoint-Weight")).contains("1");
    assertThat(head.body()).isEmpty();
  }

  @Test
  void theAnswerIsThatOfTheMoment() throws Exception {
    int port = freePort();
    serve(WEB, port, 1);
    soon().until(() -> listeners() == 1);
    serve(WEB, port, 0);
    assertThat(ask(port).statusCode()).isEqualTo(503);

    serve(WEB, port, 1);
    healthy.set(false);
    assertThat(ask(port).statusCode()).isEqualTo(503);

    healthy.set(true);
    assertThat(ask(port).statusCode()).isEqualTo(200);
  }

  @Test
  void aServiceThatGoesIsAnsweredForNoMoreAndMayComeBackAtOnce() throws Exception {
    int port = freePort();
    serve(WEB, port, 1);
    soon().until(() -> listeners() == 1);

    onContext(() -> servers.update(Map.of(WEB, Optional.empty())));
    soon().until(() -> listeners() == 0);
    soon()
        .untilAsserted(
            () -> assertThatThrownBy(() -> ask(port)).isInstanceOf(ConnectException.class));

    onContext(
        () -> {
          for (int i = 0; i < 20; i++) {
            servers.update(Map.of(WEB, Optional.of(new ServiceHealth(WEB, port, 1))));
            servers.update(Map.of(WEB, Optional.empty()));
          }
          servers.update(Map.of(API, Optional.of(new ServiceHealth(API, port, 1))));
        });
    soon().untilAsserted(() -> assertThat(ask(port).body()).contains("\"name\": \"api\""));
    assertThat(failures()).isZero();
  }

  @Test
  void aPortThatIsTakenIsCountedAndTriedAgain() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral(HOST))) {
      port = taken.getLocalPort();
      int other = freePort();
      serve(WEB, port, 1);
      serve(API, other, 1);
      soon().until(() -> failures() == 1);
      soon().untilAsserted(() -> assertThat(ask(other).statusCode()).isEqualTo(200));
    }
    assertThat(listeners()).isEqualTo(1);

    onContext(() -> servers.listenOn(Set.of(HOST)));

    soon().until(() -> listeners() == 2);
    assertThat(ask(port).statusCode()).isEqualTo(200);
  }

  @Test
  void aPortThatTwoWantIsReportedAndServedForOne() throws Exception {
    int port = freePort();
    serve(WEB, port, 1);
    serve(API, port, 1);
    soon().until(() -> listeners() == 1);

    assertThat(ask(port).body()).contains("\"name\": \"api\"");
    assertThat(failures()).isEqualTo(1);
  }

  @Test
  void followsTheNodesAddresses() throws Exception {
    int port = freePort();
    onContext(() -> servers.listenOn(Set.of()));
    serve(WEB, port, 1);
    assertThat(failures()).as("nowhere to listen").isEqualTo(1);

    onContext(() -> servers.listenOn(Set.of(HOST, "127.0.0.2")));
    soon().until(() -> listeners() == 2);
    assertThat(ask(port).statusCode()).isEqualTo(200);

    onContext(() -> servers.listenOn(Set.of("127.0.0.2")));
    soon()
        .untilAsserted(
            () -> assertThatThrownBy(() -> ask(port)).isInstanceOf(ConnectException.class));
    assertThat(listeners()).isEqualTo(1);
  }
}
