package dev.sluice.events.image;

import dev.sluice.events.event.Head;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.InvalidObjectException;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pcollections.TreePMap;

/**
 * All objects of a cluster at one revision. Immutable; any thread. Its maps share structure with
 * those of the images before and after it, so a change costs what it touches.
 */
public final class ClusterImage {
  /** Nothing is known yet. */
  public static final ClusterImage EMPTY =
      new ClusterImage(0, Optional.empty(), TreePMap.empty(), TreePMap.empty(), 0);

  private final long revision;
  private final Optional<Head> head;
  private final TreePMap<ObjectKey, ClusterObject> objects;
  private final TreePMap<ServiceName, TreePMap<String, EndpointSlice>> slices;
  private final int servedServices;

  ClusterImage(
      long revision,
      Optional<Head> head,
      TreePMap<ObjectKey, ClusterObject> objects,
      TreePMap<ServiceName, TreePMap<String, EndpointSlice>> slices,
      int servedServices) {
    this.revision = revision;
    this.head = head;
    this.objects = objects;
    this.slices = slices;
    this.servedServices = servedServices;
  }

  /**
   * The image of these objects.
   *
   * @param revision the highest revision of any change in it; 0 for none
   * @param head what the log said with it
   */
  public static ClusterImage of(
      long revision, Optional<Head> head, Iterable<? extends ClusterObject> objects) {
    ClusterDelta delta = new ClusterDelta(EMPTY);
    objects.forEach(object -> delta.putBack(object.key(), Optional.of(object)));
    return delta.applyAs(revision, head);
  }

  /** The highest revision of any change in it; 0 for none. */
  public long revision() {
    return revision;
  }

  /** How far the log said it had come; empty before the first head was read. */
  public Optional<Head> head() {
    return head;
  }

  /** Whether the log has said that it holds all objects of the cluster. */
  public boolean complete() {
    return head.filter(Head::complete).isPresent();
  }

  public Optional<ClusterObject> get(ObjectKey key) {
    return Optional.ofNullable(objects.get(key));
  }

  /** Whether a key of the state topic, of an object or the head, has a state here. */
  public boolean knows(String key) {
    if (key.equals(Head.KEY)) {
      return head.isPresent();
    }
    try {
      return objects.containsKey(ObjectKey.parse(key));
    } catch (InvalidObjectException e) {
      return false; // no object is called so
    }
  }

  public Optional<Service> service(ServiceName name) {
    return get(name.key()).map(Service.class::cast);
  }

  public Optional<Node> node(String name) {
    return get(ObjectKey.node(name)).map(Node.class::cast);
  }

  /** The slices that belong to a Service, ordered by name. */
  public Collection<EndpointSlice> slices(ServiceName service) {
    return slicesByName(service).values();
  }

  /** The names of all Services, in order. */
  public List<ServiceName> services() {
    return objects.keySet().stream()
        .filter(key -> key.kind() == ObjectKey.Kind.SERVICE)
        .map(key -> new ServiceName(key.namespace(), key.name()))
        .toList();
  }

  /** How many Services a proxy serves; the others have no virtual servers. */
  public int servedServices() {
    return servedServices;
  }

  /** All keys, in order. */
  public Set<ObjectKey> keys() {
    return objects.keySet();
  }

  TreePMap<ObjectKey, ClusterObject> objects() {
    return objects;
  }

  TreePMap<ServiceName, TreePMap<String, EndpointSlice>> slices() {
    return slices;
  }

  private TreePMap<String, EndpointSlice> slicesByName(ServiceName service) {
    return slices.getOrDefault(service, TreePMap.empty());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClusterImage image
        && revision == image.revision
        && head.equals(image.head)
        && objects.equals(image.objects);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(revision) * 31 + objects.hashCode();
  }

  @Override
  public String toString() {
    return "ClusterImage[revision=" + revision + ", objects=" + objects.size() + "]";
  }
}
