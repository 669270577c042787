package dev.sluice.watcher.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.ObjectKey.Kind;
import dev.sluice.local.apiserver.ApiObjects;
import dev.sluice.local.apiserver.ApiResource;
import dev.sluice.local.apiserver.FakeApiServer;
import dev.sluice.local.apiserver.FakeCluster;
import dev.sluice.watcher.publish.ChangeDetector;
import dev.sluice.watcher.publish.ChangeProposal;
import dev.sluice.watcher.publish.MassDeletionGuard;
import dev.sluice.watcher.publish.PublishedState;
import dev.sluice.watcher.publish.RevisionSequence;
import dev.sluice.watcher.source.SourceEvent.ObjectGone;
import dev.sluice.watcher.source.SourceEvent.ObjectSeen;
import dev.sluice.watcher.source.SourceEvent.Problem;
import dev.sluice.watcher.source.SourceEvent.ProblemSolved;
import dev.sluice.watcher.source.SourceEvent.Snapshot;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubernetesSourceTest {
  private static final ObjectKey WEB = ObjectKey.service("shop", "web");
  private static final ObjectKey WEB_1 = ObjectKey.endpointSlice("shop", "web-1");
  private static final ObjectKey NODE = ObjectKey.node("node-1");

  private final Vertx vertx = Vertx.vertx();
  private final EventLog events = new EventLog();
  private final FakeCluster cluster = new FakeCluster();
  private FakeApiServer api;
  private KubernetesSource source;

  @BeforeEach
  void serve() {
    api = new FakeApiServer(cluster);
    Config config = new ConfigBuilder(Config.empty()).withMasterUrl(api.url()).build();
    source = new KubernetesSource(vertx, config);
  }

  @AfterEach
  void close() throws Exception {
    source.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    api.close();
  }

  @Test
  void theClusterIsCalledAsItsOldestNamespace() throws Exception {
    assertThat(source.clusterId().toCompletionStage().toCompletableFuture().get())
        .isEqualTo(FakeApiServer.CLUSTER_ID);
  }

  @Test
  void theFirstSnapshotHasAllKindsAndIsReadConsistently() {
    cluster.put(ApiResource.SERVICES, service("web", 80));
    cluster.put(ApiResource.ENDPOINT_SLICES, slice("web-1", "10.0.0.1"));
    cluster.put(ApiResource.NODES, node("node-1"));

    start();

    Snapshot snapshot = events.await(Snapshot.class);
    assertThat(EventLog.keys(snapshot)).containsExactlyInAnyOrder(WEB, WEB_1, NODE);
    assertThat(snapshot.whole()).isTrue();
    assertThat(snapshot.cause()).isEqualTo(Cause.RESYNC);
    assertThat(snapshot.objects()).extracting(o -> o.resourceVersion()).doesNotContain("");
    assertThat(snapshot.versions().values()).containsOnly("103").hasSize(3);
    assertThat(api.requests())
        .filteredOn(request -> !request.contains("watch=true"))
        .hasSize(3)
        .allMatch(request -> request.contains("limit=500"))
        .noneMatch(request -> request.contains("resourceVersion"));
  }

  @Test
  void manyObjectsComeInPages() {
    for (int i = 0; i < 1201; i++) {
      cluster.put(ApiResource.SERVICES, service("svc-" + i, 80));
    }

    start();

    assertThat(events.await(Snapshot.class).objects()).hasSize(1201);
    assertThat(api.requests()).filteredOn(request -> request.contains("continue=")).hasSize(2);
  }

  @Test
  void anExpiredPageStartsTheListAnew() {
    for (int i = 0; i < 1201; i++) {
      cluster.put(ApiResource.SERVICES, service("svc-" + i, 80));
    }
    api.expireContinueTokens(1);

    start();

    assertThat(events.await(Snapshot.class).objects()).hasSize(1201);
    assertThat(events.all(Problem.class)).hasSize(1);
    events.await(ProblemSolved.class);
  }

  @Test
  void editsAndDeletionsArriveOneByOne() {
    cluster.put(ApiResource.SERVICES, service("web", 80));
    started();

    cluster.put(ApiResource.SERVICES, service("web", 81));
    ObjectSeen seen = events.await(ObjectSeen.class);
    cluster.delete(ApiResource.SERVICES, "shop/web");
    ObjectGone gone = events.await(ObjectGone.class);

    assertThat(seen.observed().object().key()).isEqualTo(WEB);
    assertThat(seen.observed().resourceVersion()).isEqualTo("102");
    assertThat(gone).isEqualTo(new ObjectGone(WEB, "103"));
    assertThat(events.all(Snapshot.class)).isEmpty();
    vertx.runOnContext(v -> source.requestSnapshot());
    assertThat(events.awaitSnapshotOf().versions()).containsEntry(Kind.SERVICE, "103");
  }

  @Test
  void aServerWithoutWebSocketsIsWatchedToo() {
    api.refuseWebSockets();
    cluster.put(ApiResource.SERVICES, service("web", 80));
    started();

    cluster.put(ApiResource.SERVICES, service("web", 81));

    events.await(ObjectSeen.class);
  }

  @ParameterizedTest(name = "WebSockets: {0}")
  @ValueSource(booleans = {true, false})
  void changesMadeWhileDisconnectedArrive(boolean webSockets) {
    if (!webSockets) {
      api.refuseWebSockets();
    }
    cluster.put(ApiResource.SERVICES, service("web", 80));
    cluster.put(ApiResource.SERVICES, service("gone", 80));
    started();
    cluster
        .bookmark(); // the client takes a watch that ended without a word for one that is too late

    api.dropConnections();
    cluster.put(ApiResource.SERVICES, service("new", 80));
    cluster.delete(ApiResource.SERVICES, "shop/gone");

    events.await(ObjectSeen.class, seen -> seen.observed().object().key().name().equals("new"));
    events.await(ObjectGone.class, gone -> gone.key().name().equals("gone"));
    assertThat(events.all(Snapshot.class)).isEmpty();
  }

  @ParameterizedTest(name = "410 inside of the stream: {0}")
  @ValueSource(booleans = {true, false})
  void deletionsThatNobodySawAreInASnapshotOnly(boolean inStream) {
    if (inStream) {
      api.sayGoneInStream();
    }
    cluster.put(ApiResource.SERVICES, service("web", 80));
    cluster.put(ApiResource.SERVICES, service("gone", 80));
    started();
    cluster
        .bookmark(); // the client takes a watch that ended without a word for one that is too late

    forgetMeanwhile(() -> cluster.delete(ApiResource.SERVICES, "shop/gone"));

    events.awaitSnapshotOf(WEB);
    assertThat(events.all(ObjectGone.class)).isEmpty();
  }

  @Test
  void aWatchThatDoesNotComeBackIsListedAnewAndFollowed() {
    cluster.put(ApiResource.SERVICES, service("web", 80));
    cluster.put(ApiResource.SERVICES, service("gone", 80));
    started();
    cluster.bookmark(); // else the client takes a watch that ends for one that is too late

    forgetMeanwhile(() -> cluster.delete(ApiResource.SERVICES, "shop/gone"));
    Problem problem = events.await(Problem.class, p -> p.where().equals("watch of services"));
    events.awaitSnapshotOf(WEB);
    await().until(() -> api.watches() == 3);
    cluster.put(ApiResource.SERVICES, service("web", 81));

    events.await(ObjectSeen.class);
    events.await(ProblemSolved.class, solved -> solved.where().equals(problem.where()));
  }

  @Test
  void aMassDeletionThatNobodySawIsRefused() {
    for (int i = 0; i < 40; i++) {
      cluster.put(ApiResource.SERVICES, service("svc-" + i, 80));
    }
    PublishedState log = published(started());

    forgetMeanwhile(
        () -> {
          for (int i = 0; i < 20; i++) {
            cluster.delete(ApiResource.SERVICES, "shop/svc-" + i);
          }
        });

    Snapshot snapshot = events.await(Snapshot.class, s -> s.objects().size() == 20);
    List<ChangeProposal> changes = ChangeDetector.compare(log, snapshot);
    assertThat(new MassDeletionGuard(false).refusal(log.image(), changes).orElseThrow())
        .contains("20 of 40 Services");
    assertThat(events.all(ObjectGone.class)).isEmpty();
  }

  @Test
  void aBookmarkIsNoChangeAndIsWhereTheWatchContinues() {
    cluster.put(ApiResource.SERVICES, service("web", 80));
    started();

    cluster.bookmark();
    cluster.compact(); // only a watch that knows the bookmark may go on
    api.dropConnections();
    await().until(() -> api.watches() == 3);
    cluster.put(ApiResource.SERVICES, service("web", 81));

    events.await(ObjectSeen.class);
    assertThat(events.all()).hasSize(1);
  }

  @Test
  void anObjectThatCantBeMappedKeepsItsLastGoodState() {
    cluster.put(ApiResource.SERVICES, service("web", 80));
    started();
    JsonObject bad = service("web", 80);
    bad.getJsonObject("spec").put("clusterIP", "not an address");

    cluster.put(ApiResource.SERVICES, bad);

    Problem problem = events.await(Problem.class);
    assertThat(problem.where()).isEqualTo("Service/shop/web");
    assertThat(problem.reason()).contains("not an address");
    vertx.runOnContext(v -> source.requestSnapshot());
    events.awaitSnapshotOf(WEB);

    cluster.put(ApiResource.SERVICES, service("web", 82));
    events.await(ProblemSolved.class, solved -> solved.where().equals("Service/shop/web"));
    events.await(ObjectSeen.class);
  }

  @Test
  void anObjectThatCouldNeverBeMappedIsNamedAsPresent() {
    JsonObject bad = service("web", 80);
    bad.getJsonObject("spec").getJsonArray("ports").getJsonObject(0).put("port", "http");
    cluster.put(ApiResource.SERVICES, bad);
    cluster.put(ApiResource.SERVICES, service("good", 80));

    start();

    Snapshot snapshot = events.await(Snapshot.class);
    assertThat(snapshot.unreadable()).containsExactly(WEB);
    assertThat(EventLog.keys(snapshot)).containsExactly(ObjectKey.service("shop", "good"));
    assertThat(events.await(Problem.class).where()).isEqualTo("Service/shop/web");
  }

  @Test
  void slicesOfHostNamesAreNotRead() {
    JsonObject fqdn = slice("names", "example.com").put("addressType", "FQDN");
    cluster.put(ApiResource.ENDPOINT_SLICES, fqdn);

    start();

    Snapshot snapshot = events.await(Snapshot.class);
    assertThat(snapshot.objects()).isEmpty();
    assertThat(snapshot.unreadable()).isEmpty();
    assertThat(events.all(Problem.class)).isEmpty();
  }

  @Test
  void aServerThatRefusesIsAProblemUntilItAnswers() {
    cluster.put(ApiResource.SERVICES, service("web", 80));
    api.fail(true);

    start();

    Problem problem = events.await(Problem.class, p -> p.where().contains("services"));
    assertThat(problem.reason()).contains("403");
    assertThat(events.all(Snapshot.class)).isEmpty();
    api.fail(false);
    events.awaitSnapshotOf(WEB);
    events.await(ProblemSolved.class, solved -> solved.where().equals(problem.where()));
  }

  private void forgetMeanwhile(Runnable changes) {
    api.fail(true); // nobody can watch while it happens
    api.dropConnections();
    changes.run();
    cluster.compact();
    api.fail(false);
  }

  private void start() {
    vertx.runOnContext(v -> source.start(events));
  }

  /** Starts, waits until everything is watched, and forgets the events of that. */
  private Snapshot started() {
    start();
    Snapshot snapshot = events.await(Snapshot.class);
    await().until(() -> api.watches() == 3);
    events.clear();
    return snapshot;
  }

  private static PublishedState published(Snapshot snapshot) {
    PublishedState empty = PublishedState.EMPTY;
    List<Change> changes =
        new RevisionSequence("here", 1)
            .assign(ChangeDetector.compare(empty, snapshot), empty, Instant.EPOCH);
    List<StateEntry> entries = new ArrayList<>();
    for (Change change : changes) {
      entries.add(new ObjectState(change.key(), change.revision(), change.after()));
    }
    entries.add(new HeadState(new Head("here", 1, changes.size(), true, Optional.empty())));
    return empty.replay(entries);
  }

  private static JsonObject service(String name, int port) {
    return ApiObjects.service("shop", name, "10.96.0.1", port);
  }

  private static JsonObject slice(String name, String address) {
    return ApiObjects.endpointSlice("shop", name, "web", 8080, List.of(address));
  }

  private static JsonObject node(String name) {
    return ApiObjects.node(name, "192.0.2.1");
  }
}
