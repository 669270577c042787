package dev.sluice.local.system;

import dev.sluice.events.model.ObjectKey;
import dev.sluice.local.apiserver.ApiObjects;
import dev.sluice.local.apiserver.ApiResource;
import dev.sluice.local.apiserver.FakeCluster;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Changes a fake cluster all the time, from a seed: some objects stay throughout and change, others
 * come and go. No two versions of an object are alike, and no name is used twice.
 */
final class ClusterScript implements AutoCloseable {
  /** How many Services stay throughout. */
  static final int LASTING = 40;

  static final String NAMESPACE = "shop";

  private static final Duration PACE = Duration.ofMillis(25);
  private static final Duration HURRY = Duration.ofMillis(2);

  /** Longer than any outage, so that what was created is seen before it is deleted. */
  private static final Duration SHORTEST_LIFE = Duration.ofSeconds(20);

  private static final int MOST_PASSING = 8;

  private final FakeCluster cluster;
  private final Random random;
  private final Thread thread = Thread.ofPlatform().daemon().name("script").unstarted(this::run);
  private final List<Made> made = new ArrayList<>();
  private final Deque<Passing> passing = new ArrayDeque<>();
  private int counter;
  private boolean paused;
  private boolean ended;
  private volatile Duration pace = PACE;

  /** A change: the version that the object has with it. */
  record Made(ObjectKey key, int version) {}

  private record Passing(String name, long bornNanoTime) {}

  ClusterScript(FakeCluster cluster, long seed) {
    this.cluster = cluster;
    this.random = new Random(seed);
    cluster.put(ApiResource.NODES, ApiObjects.node("node-1", "192.0.2.1"));
    cluster.put(ApiResource.NODES, ApiObjects.node("node-2", "192.0.2.2"));
    for (int i = 1; i <= LASTING; i++) {
      cluster.put(ApiResource.SERVICES, service(name(i), address(i)));
      cluster.put(ApiResource.ENDPOINT_SLICES, slice(i));
    }
  }

  static String name(int lasting) {
    return "web-" + lasting;
  }

  /** The ClusterIP of a Service that stays. */
  static String address(int lasting) {
    return "10.96.0." + lasting;
  }

  /** The endpoint that a Service that stays never loses. */
  static String endpoint(int lasting) {
    return "10.244.0." + lasting;
  }

  void start() {
    thread.start();
  }

  /** Stops changing; returns when no change is under way. */
  synchronized void pause() {
    paused = true;
  }

  synchronized void resume() {
    paused = false;
    notifyAll();
  }

  /** Some hundred changes a second, or as usual. */
  void hurry(boolean now) {
    pace = now ? HURRY : PACE;
  }

  /** All changes since the start, in order. */
  synchronized List<Made> made() {
    return List.copyOf(made);
  }

  @Override
  public void close() {
    synchronized (this) {
      ended = true;
      notifyAll();
    }
    thread.interrupt();
  }

  private void run() {
    try {
      while (step()) {
        Thread.sleep(pace);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean step() throws InterruptedException {
    while (paused && !ended) {
      wait();
    }
    if (ended) {
      return false;
    }
    int choice = random.nextInt(100);
    if (choice < 75) {
      put(ApiResource.ENDPOINT_SLICES, slice(oneThatStays()));
    } else if (choice < 85) {
      int i = oneThatStays();
      put(ApiResource.SERVICES, service(name(i), address(i)));
    } else if (choice < 90) {
      JsonObject node = ApiObjects.node("node-2", "192.0.2.2");
      JsonObject zone = new JsonObject().put("topology.kubernetes.io/zone", "zone-" + ++counter);
      node.getJsonObject("metadata").put("labels", zone);
      put(ApiResource.NODES, node);
    } else if (passing.size() < MOST_PASSING) {
      create();
    } else if (System.nanoTime() - passing.getFirst().bornNanoTime() > SHORTEST_LIFE.toNanos()) {
      String name = passing.removeFirst().name();
      delete(ApiResource.ENDPOINT_SLICES, ObjectKey.endpointSlice(NAMESPACE, name));
      delete(ApiResource.SERVICES, ObjectKey.service(NAMESPACE, name));
    }
    return true;
  }

  private int oneThatStays() {
    return 1 + random.nextInt(LASTING);
  }

  private void create() {
    String name = "passing-" + ++counter;
    passing.add(new Passing(name, System.nanoTime()));
    put(ApiResource.SERVICES, service(name, unique("10.97")));
    put(
        ApiResource.ENDPOINT_SLICES,
        ApiObjects.endpointSlice(NAMESPACE, name, name, 8080, List.of(unique("10.246"))));
  }

  private JsonObject service(String name, String clusterIp) {
    JsonObject service = ApiObjects.service(NAMESPACE, name, clusterIp, 80);
    service.getJsonObject("spec").put("externalIPs", new JsonArray().add(unique("198.18")));
    return service;
  }

  private JsonObject slice(int i) {
    List<String> addresses = List.of(endpoint(i), unique("10.245"));
    return ApiObjects.endpointSlice(NAMESPACE, name(i), name(i), 8080, addresses);
  }

  private String unique(String prefix) {
    counter++;
    return "%s.%d.%d".formatted(prefix, counter / 250, 1 + counter % 250);
  }

  private void put(ApiResource resource, JsonObject object) {
    JsonObject metadata = object.getJsonObject("metadata");
    String name = metadata.getString("name");
    ObjectKey key =
        switch (resource) {
          case SERVICES -> ObjectKey.service(NAMESPACE, name);
          case ENDPOINT_SLICES -> ObjectKey.endpointSlice(NAMESPACE, name);
          case NODES -> ObjectKey.node(name);
        };
    made.add(new Made(key, cluster.put(resource, object)));
  }

  private void delete(ApiResource resource, ObjectKey key) {
    made.add(new Made(key, cluster.delete(resource, key.namespace() + "/" + key.name())));
  }
}
