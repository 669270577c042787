package dev.sluice.local.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FakeApiServerTest {
  private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";

  private final FakeCluster cluster = new FakeCluster();
  private final FakeApiServer server = new FakeApiServer(cluster);
  private final FakeApiServer other = new FakeApiServer(cluster);
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    http.close();
    server.close();
    other.close();
  }

  @Test
  void aLeaseIsChangedOnlyByWhoKnowsItsLastVersion() throws Exception {
    JsonObject created = body(send(server, "POST", LEASES, lease("", "one")), 201);
    String version = created.getJsonObject("metadata").getString("resourceVersion");

    body(send(server, "POST", LEASES, lease("", "two")), 409);
    body(send(server, "PATCH", LEASES + "/watcher", lease(version, "two")), 200);
    body(send(other, "PATCH", LEASES + "/watcher", lease(version, "three")), 409);
    body(send(other, "PUT", LEASES + "/watcher", lease(version, "three")), 409);

    assertThat(cluster.leases().holder("kube-system", "watcher")).contains("two");
  }

  @Test
  void aPatchRemovesWhatIsNullAndKeepsWhatItDoesNotName() throws Exception {
    send(server, "POST", LEASES, lease("", "one"));

    String patch = "{\"spec\": {\"holderIdentity\": null, \"leaseTransitions\": 1}}";
    JsonObject lease = body(send(server, "PATCH", LEASES + "/watcher", patch), 200);

    assertThat(lease.getJsonObject("spec").getMap()).containsOnlyKeys("leaseTransitions", "kept");
    assertThat(cluster.leases().holder("kube-system", "watcher")).isEmpty();
  }

  @Test
  void whatIsNotPermittedIsForbidden() throws Exception {
    server.permitOnly(request -> request.verb().equals("list"));

    body(get(server), 200);
    body(send(server, "POST", LEASES, lease("", "one")), 403);
  }

  @Test
  void aRequestIsReadAsAuthorizersReadIt() {
    assertThat(ApiRequest.of("GET", "/api/v1/services?limit=500"))
        .isEqualTo(new ApiRequest("list", "", "services", "", ""));
    assertThat(ApiRequest.of("GET", "/api/v1/nodes?watch=true&resourceVersion=1"))
        .isEqualTo(new ApiRequest("watch", "", "nodes", "", ""));
    assertThat(ApiRequest.of("GET", "/api/v1/namespaces/kube-system"))
        .isEqualTo(new ApiRequest("get", "", "namespaces", "", "kube-system"));
    assertThat(ApiRequest.of("PATCH", LEASES + "/watcher"))
        .isEqualTo(
            new ApiRequest("patch", "coordination.k8s.io", "leases", "kube-system", "watcher"));
    assertThatThrownBy(() -> ApiRequest.of("GET", "/version")).hasMessageContaining("/version");
  }

  @Test
  void oneThatStaysBehindShowsThePastWhileAnotherShowsTheCluster() throws Exception {
    cluster.put(ApiResource.NODES, ApiObjects.node("node-1", "192.0.2.1"));
    server.stayBehind();

    cluster.put(ApiResource.NODES, ApiObjects.node("node-2", "192.0.2.2"));

    assertThat(body(get(server), 200).getJsonArray("items")).hasSize(1);
    assertThat(body(get(other), 200).getJsonArray("items")).hasSize(2);
    server.catchUp();
    assertThat(body(get(server), 200).getJsonArray("items")).hasSize(2);
  }

  @Test
  void aStalledWatchSaysNothingUntilItCatchesUp() throws Exception {
    String path = ApiResource.NODES.path() + "?watch=true&resourceVersion=" + cluster.version();
    HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path)).build();
    try (InputStream watch = http.send(request, BodyHandlers.ofInputStream()).body()) {
      server.stallWatches();
      cluster.put(ApiResource.NODES, ApiObjects.node("node-1", "192.0.2.1"));
      assertThat(body(get(server), 200).getJsonArray("items")).hasSize(1);
      assertThat(watch.available()).isZero();

      server.catchUp();

      JsonObject event = new JsonObject(line(watch));
      assertThat(event.getString("type")).isEqualTo("ADDED");
    }
  }

  @Test
  void oneThatIsGoneRefusesConnectionsAndComesBackOnItsPort() throws Exception {
    body(get(server), 200);

    server.goAway();

    assertThatThrownBy(() -> get(server)).isInstanceOf(ConnectException.class);
    body(get(other), 200);
    server.comeBack();
    body(get(server), 200);
  }

  private static String line(InputStream stream) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = stream.read(); c != '\n'; c = stream.read()) {
      line.append((char) c);
    }
    return line.toString();
  }

  private static String lease(String version, String holder) {
    JsonObject metadata = new JsonObject().put("namespace", "kube-system").put("name", "watcher");
    if (!version.isEmpty()) {
      metadata.put("resourceVersion", version);
    }
    JsonObject spec = new JsonObject().put("holderIdentity", holder).put("kept", true);
    return new JsonObject().put("metadata", metadata).put("spec", spec).encode();
  }

  private HttpResponse<String> get(FakeApiServer from) throws Exception {
    return send(from, "GET", ApiResource.NODES.path(), "");
  }

  private HttpResponse<String> send(FakeApiServer to, String method, String path, String body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(to.url() + path))
            .method(method, BodyPublishers.ofString(body))
            .build();
    return http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  private static JsonObject body(HttpResponse<String> response, int expectedCode) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(expectedCode);
    return new JsonObject(response.body());
  }
}
