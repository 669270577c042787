package dev.sluice.watcher.source;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an informer remembers of its objects: names and versions, which is all it needs to tell what
 * changed. Whole objects would take some 20 KB each. Thread-safe.
 */
final class VersionStore implements ItemStore<GenericKubernetesResource> {
  private final Map<String, GenericKubernetesResource> items = new ConcurrentHashMap<>();

  @Override
  public String getKey(GenericKubernetesResource object) {
    ObjectMeta metadata = object.getMetadata();
    String namespace = metadata.getNamespace();
    return namespace == null ? metadata.getName() : namespace + "/" + metadata.getName();
  }

  @Override
  public @Nullable GenericKubernetesResource put(String key, GenericKubernetesResource object) {
    ObjectMeta metadata = new ObjectMeta();
    metadata.setName(object.getMetadata().getName());
    metadata.setNamespace(object.getMetadata().getNamespace());
    metadata.setResourceVersion(object.getMetadata().getResourceVersion());
    GenericKubernetesResource kept = new GenericKubernetesResource();
    kept.setMetadata(metadata);
    return items.put(key, kept);
  }

  @Override
  public @Nullable GenericKubernetesResource remove(String key) {
    return items.remove(key);
  }

  @Override
  public Stream<String> keySet() {
    return items.keySet().stream();
  }

  @Override
  public Stream<GenericKubernetesResource> values() {
    return items.values().stream();
  }

  @Override
  public int size() {
    return items.size();
  }

  @Override
  public @Nullable GenericKubernetesResource get(String key) {
    return items.get(key);
  }

  /** No: so the informer hands on each object when it arrives, and never asks for it here. */
  @Override
  public boolean isFullState() {
    return false;
  }
}
