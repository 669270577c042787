package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.cli.AppliedFlags;
import dev.sluice.events.host.BindAddress;
import dev.sluice.events.host.HealthReport;
import dev.sluice.events.host.OperationsServer;
import dev.sluice.watcher.convergence.ConvergenceApi;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the watcher tells over HTTP of how far the nodes have come. */
@SystemTest
class ConvergenceSystemTest {
  private static final BindAddress ANY = new BindAddress("127.0.0.1", 0);
  private static final String POD = "10.244.1.2";

  private static final String TERMINATING =
      Manifests.WEB.replace(
          "- { addresses: [10.244.1.2], nodeName: node-1 }",
          "- { addresses: [10.244.1.2], nodeName: node-1,"
              + " conditions: { ready: false, serving: true, terminating: true } }\n"
              + "  - { addresses: [10.244.1.9], nodeName: node-1 }");

  /** A watcher's page, and two nodes that are not in a hurry to report. */
  private static final class Site implements AutoCloseable {
    final Scribe scribe;
    final FakeBackend slow = new FakeBackend();
    final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final TestLog log;
    private final ConvergenceApi api;
    private final OperationsServer server;
    // by 2 all would share a connection, and only a hundred of them at a time
    private final HttpClient client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<RunningApplier> appliers = new ArrayList<>();

    Site(TestLog log) throws Exception {
      this.log = log;
      scribe = log.scribe();
      scribe.publish(Manifests.NODE, Manifests.OTHER_NODE, Manifests.WEB);
      api =
          ConvergenceApi.start(log.vertx(), log.kafka(), log.topics(), registry, Clock.systemUTC());
      server =
          Await.result(
              OperationsServer.start(
                  log.vertx(),
                  ANY,
                  ANY,
                  new OperationsServer.Sources(
                      () -> new HealthReport(true, Map.of()),
                      () -> new HealthReport(true, Map.of()),
                      registry),
                  new OperationsServer.Pages(
                      "convergence",
                      ANY,
                      ConvergenceApi.MOST_CONNECTIONS,
                      Map.of(ConvergenceApi.PATH, api::handle))));
    }

    Site withNodes() throws Exception {
      for (FakeBackend kernel : List.of(new FakeBackend(), slow)) {
        appliers.add(
            RunningApplier.startReporting(
                "node-" + (appliers.size() + 1),
                log,
                RunningApplier.iptables(List.of(kernel)),
                AppliedFlags.parse("--proxy-mode", "iptables"),
                Duration.ofSeconds(1)));
      }
      Await.until().until(() -> ask("revision=5&wait=5s").statusCode() == 200);
      return this;
    }

    HttpResponse<String> ask(String query) throws Exception {
      return client.send(request(query), BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> begin(String query) {
      return client.sendAsync(request(query), BodyHandlers.ofString());
    }

    private HttpRequest request(String query) {
      return HttpRequest.newBuilder(
              URI.create(
                  "http://127.0.0.1:%d%s?%s"
                      .formatted(server.ownPort(), ConvergenceApi.PATH, query)))
          .build();
    }

    double waiting() {
      return registry.get("sluice.watcher.convergence.waiting").gauge().value();
    }

    @Override
    public void close() {
      slow.release();
      appliers.forEach(RunningApplier::close);
      var _ =
          api.close().compose(_ -> server.close()).toCompletionStage().toCompletableFuture().join();
      client.close();
    }
  }

  @Test
  void itAnswersWhenEveryLiveNodeHasTheRevision(TestLog log) throws Exception {
    try (Site site = new Site(log).withNodes()) {
      site.slow.holdWrites();
      long revision = site.scribe.publish(TERMINATING);
      Await.until().until(site.slow::holdsOne);

      HttpResponse<String> late = site.ask("revision=" + revision + "&wait=1s");
      assertThat(late.statusCode()).isEqualTo(408);
      JsonNode body = JsonMapper.shared().readTree(late.body());
      assertThat(body.get("converged").asBoolean()).isFalse();
      assertThat(body.get("behind")).hasSize(1);
      assertThat(body.get("behind").get(0).get("node").asString()).isEqualTo("node-2");
      assertThat(late.headers().firstValue("Content-Type")).contains("application/json");

      CompletableFuture<HttpResponse<String>> waits =
          site.begin("revision=" + revision + "&wait=2m");
      Await.until().until(() -> site.waiting() == 1);
      assertThat(waits).isNotDone();
      site.slow.release();
      assertThat(waits.get().statusCode()).isEqualTo(200);
      assertThat(site.ask("revision=" + (revision + 1)).statusCode()).isEqualTo(408);
    }
  }

  @Test
  void anEndpointIsDroppedWhenEveryLiveNodeHasTheChange(TestLog log) throws Exception {
    try (Site site = new Site(log).withNodes()) {
      // the hook comes before the watcher has seen anything
      CompletableFuture<HttpResponse<String>> hook = site.begin("endpoint=" + POD + "&wait=2m");
      Await.until().until(() -> site.waiting() == 1);
      site.slow.holdWrites();
      site.scribe.publish(TERMINATING);
      Await.until().until(site.slow::holdsOne);
      HttpResponse<String> meanwhile = site.ask("endpoint=" + POD);
      assertThat(meanwhile.statusCode()).isEqualTo(408);
      assertThat(meanwhile.body()).contains("\"node\":\"node-2\"");
      assertThat(hook).isNotDone();

      site.slow.release();

      assertThat(hook.get().statusCode()).isEqualTo(200);
      // and one of which nobody has ever heard
      assertThat(site.ask("endpoint=10.99.0.1&wait=10s").statusCode()).isEqualTo(200);
      assertThat(site.ask("endpoint=10.244.1.9").body())
          .contains("ready endpoint of Service/shop/web");
    }
  }

  @Test
  void aThousandHooksWaitAtOnce(TestLog log) throws Exception {
    try (Site site = new Site(log).withNodes()) {
      List<CompletableFuture<HttpResponse<String>>> hooks = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        hooks.add(site.begin("endpoint=" + POD + "&wait=2m"));
      }
      Await.until().until(() -> site.waiting() == 1000);

      site.scribe.publish(TERMINATING);

      for (CompletableFuture<HttpResponse<String>> hook : hooks) {
        assertThat(hook.get().statusCode()).isEqualTo(200);
      }
      Await.until().until(() -> site.waiting() == 0);
    }
  }

  @Test
  void whereNobodyReportsNothingIsClaimed(TestLog log) throws Exception {
    try (Site site = new Site(log)) {
      Await.until().until(() -> site.ask("revision=1&wait=1s").body().contains("no node is live"));
      HttpResponse<String> answer = site.ask("revision=1");
      assertThat(answer.statusCode()).isEqualTo(408);
      JsonNode body = JsonMapper.shared().readTree(answer.body());
      assertThat(body.get("notLive")).hasSize(2);
      assertThat(body.get("notLive").get(0).get("reason").asString()).isEqualTo("has not reported");
    }
  }

  @Test
  void wrongQuestionsAreAnsweredWithAReason(TestLog log) throws Exception {
    try (Site site = new Site(log)) {
      HttpResponse<String> answer = site.ask("endpoint=web-0&wait=3s");
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("\"web-0\\\" is no address");
      assertThat(
              site.registry
                  .get("sluice.watcher.convergence.answers")
                  .tag("code", "400")
                  .counter()
                  .count())
          .isEqualTo(1);
    }
  }

  @Test
  void anAskerWhoGoesIsForgotten(TestLog log) throws Exception {
    try (Site site = new Site(log).withNodes()) {
      try (HttpClient own = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
        CompletableFuture<HttpResponse<String>> hook =
            own.sendAsync(site.request("endpoint=" + POD + "&wait=2m"), BodyHandlers.ofString());
        Await.until().until(() -> site.waiting() == 1);
        assertThat(hook.cancel(true)).isTrue();
        own.shutdownNow();
      }
      Await.until().until(() -> site.waiting() == 0);
    }
  }
}
