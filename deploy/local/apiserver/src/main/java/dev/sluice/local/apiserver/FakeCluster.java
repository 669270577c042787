package dev.sluice.local.apiserver;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What is in the cluster, with one version that counts every write, as etcd has it. API servers
 * serve it: see {@link FakeApiServer}.
 */
public final class FakeCluster {
  private final Map<ApiResource, NavigableMap<String, JsonObject>> objects =
      new EnumMap<>(ApiResource.class);
  private final List<ClusterEvent> events = new ArrayList<>();
  private final Map<Object, Consumer<ClusterEvent>> followers = new LinkedHashMap<>();
  private final Leases leases = new Leases(this);
  private int version = 100;
  private int compacted;

  /** An empty one. */
  public FakeCluster() {
    for (ApiResource resource : ApiResource.values()) {
      objects.put(resource, new TreeMap<>());
    }
  }

  /**
   * Creates or replaces an object.
   *
   * @param object as the API has it; a resourceVersion is put into the copy that is kept
   * @return its resourceVersion
   */
  public synchronized int put(ApiResource resource, JsonObject object) {
    version++;
    JsonObject stored = object.copy();
    stored.getJsonObject("metadata").put("resourceVersion", Integer.toString(version));
    boolean there = of(resource).put(key(stored), stored) != null;
    happened(new ClusterEvent(resource, there ? "MODIFIED" : "ADDED", stored, version));
    return version;
  }

  /**
   * Deletes an object.
   *
   * @param name {@code NAMESPACE/NAME}, or {@code NAME} for a Node
   * @return the resourceVersion of the deletion
   * @throws IllegalArgumentException if there is none
   */
  public synchronized int delete(ApiResource resource, String name) {
    JsonObject gone = of(resource).remove(name);
    if (gone == null) {
      throw new IllegalArgumentException("there is no " + resource.kind() + " " + name);
    }
    version++;
    JsonObject last = gone.copy();
    last.getJsonObject("metadata").put("resourceVersion", Integer.toString(version));
    happened(new ClusterEvent(resource, "DELETED", last, version));
    return version;
  }

  /** One object, with its resourceVersion. */
  public synchronized Optional<JsonObject> get(ApiResource resource, String name) {
    return Optional.ofNullable(of(resource).get(name)).map(JsonObject::copy);
  }

  /** All objects of a kind by {@code NAMESPACE/NAME} or {@code NAME}. */
  public synchronized SortedMap<String, JsonObject> list(ApiResource resource) {
    SortedMap<String, JsonObject> copy = new TreeMap<>();
    of(resource).forEach((name, object) -> copy.put(name, object.copy()));
    return copy;
  }

  /** The version of the last write. */
  public synchronized int version() {
    return version;
  }

  /** Tells all watches how far they are, as the real one does once a minute. */
  public synchronized void bookmark() {
    version++;
    for (ApiResource resource : ApiResource.values()) {
      tell(ClusterEvent.bookmark(resource, version));
    }
  }

  /** Forgets all events: a watch that starts before now is told that it is too late (410). */
  public synchronized void compact() {
    compacted = version;
    events.clear();
  }

  /** The Leases of this cluster, which leaders are elected by. */
  public Leases leases() {
    return leases;
  }

  synchronized int nextVersion() {
    return ++version;
  }

  synchronized boolean isCompacted(int from) {
    return from < compacted;
  }

  /** All objects as they are now. */
  synchronized ClusterView view() {
    return new ClusterView(objects, version);
  }

  synchronized JsonObject page(ApiResource resource, String token, int limit) {
    return ClusterView.page(resource, of(resource), version, token, limit);
  }

  /**
   * Replays what came after a version, and goes on with what comes, in order and one at a time.
   *
   * @param id by which it is ended
   */
  synchronized void follow(
      ApiResource resource, int from, Object id, Consumer<ClusterEvent> follower) {
    for (ClusterEvent event : events) {
      if (event.resource() == resource && event.version() > from) {
        follower.accept(event);
      }
    }
    followers.put(
        id,
        event -> {
          if (event.resource() == resource) {
            follower.accept(event);
          }
        });
  }

  synchronized void unfollow(Object id) {
    followers.remove(id);
  }

  private void happened(ClusterEvent event) {
    events.add(event);
    tell(event);
  }

  private void tell(ClusterEvent event) {
    followers.values().forEach(follower -> follower.accept(event));
  }

  private NavigableMap<String, JsonObject> of(ApiResource resource) {
    return objects.computeIfAbsent(resource, r -> new TreeMap<>());
  }

  private static String key(JsonObject object) {
    JsonObject metadata = object.getJsonObject("metadata");
    String namespace = metadata.getString("namespace");
    return (namespace == null ? "" : namespace + "/") + metadata.getString("name");
  }
}
