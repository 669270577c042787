package dev.sluice.events.image;

import dev.sluice.events.event.Head;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * What changes between two images. Owned by one thread: replay entries, then take the new image and
 * what it touched. Any batching of the same entries leads to the same image.
 */
public final class ClusterDelta {
  private final ClusterImage from;
  private final Set<ObjectKey> seen = new HashSet<>();
  private final TreeSet<ServiceName> changedServices = new TreeSet<>();
  private final TreeSet<String> changedNodes = new TreeSet<>();
  private long revision;
  private long replayedRevision;
  private Optional<Head> head;
  private Optional<Head> replayedHead = Optional.empty();
  private TreePMap<ObjectKey, ClusterObject> objects;
  private TreePMap<ServiceName, TreePMap<String, EndpointSlice>> slices;
  private int servedServices;

  public ClusterDelta(ClusterImage from) {
    this.from = from;
    revision = from.revision();
    head = from.head();
    objects = from.objects();
    slices = from.slices();
    servedServices = from.servedServices();
  }

  /** Takes one entry of the log. */
  public void replay(StateEntry entry) {
    switch (entry) {
      case HeadState state -> {
        replayedHead = Optional.of(state.head());
        head = replayedHead;
        // compaction may have removed the last change, if that was a deletion
        reach(state.head().revision());
      }
      case ObjectState state -> {
        reach(state.revision().number());
        seen.add(state.key());
        put(state.key(), state.object());
      }
    }
  }

  private void reach(long number) {
    replayedRevision = Math.max(replayedRevision, number);
    revision = Math.max(revision, number);
  }

  /**
   * Says that the entries replayed were a whole snapshot: what it did not name is gone. Revision
   * and head are then the snapshot's too: of a log that began anew they are lower than before, and
   * an empty log says nothing about being complete.
   */
  public void finishSnapshot() {
    revision = replayedRevision;
    head = replayedHead;
    for (ObjectKey key : List.copyOf(objects.keySet())) {
      if (!seen.contains(key)) {
        put(key, Optional.empty());
      }
    }
  }

  /** The image after all that was replayed. */
  public ClusterImage apply() {
    return new ClusterImage(revision, head, objects, slices, servedServices);
  }

  /** Puts an object back to what it was before; empty: there was none. */
  void putBack(ObjectKey key, Optional<ClusterObject> object) {
    put(key, object);
  }

  /** The image after all that was put back, at an earlier revision. */
  ClusterImage applyAt(Head earlier) {
    return applyAs(earlier.revision(), Optional.of(earlier));
  }

  /** The image of the objects by now, whatever was replayed, with this revision and head. */
  ClusterImage applyAs(long number, Optional<Head> said) {
    return new ClusterImage(number, said, objects, slices, servedServices);
  }

  /** The last head among what was replayed. */
  public Optional<Head> replayedHead() {
    return replayedHead;
  }

  /** The object of that key, if it was replayed and is there. */
  public Optional<ClusterObject> replayed(ObjectKey key) {
    return seen.contains(key) ? Optional.ofNullable(objects.get(key)) : Optional.empty();
  }

  /** The image this delta starts from. */
  public ClusterImage from() {
    return from;
  }

  /** The Services that changed themselves or by one of their slices, in order. */
  public Set<ServiceName> changedServices() {
    return changedServices;
  }

  /** The names of the Nodes that changed, in order. */
  public Set<String> changedNodes() {
    return changedNodes;
  }

  private void put(ObjectKey key, Optional<ClusterObject> object) {
    ClusterObject before = objects.get(key);
    if (before == null ? object.isEmpty() : object.filter(before::equals).isPresent()) {
      return;
    }
    if (before instanceof EndpointSlice slice) {
      slice.serviceName().ifPresent(service -> removeSlice(service, slice));
    }
    servedServices += served(object.orElse(null)) - served(before);
    // the object's own key shares its texts
    objects = object.map(o -> objects.plus(o.key(), o)).orElseGet(() -> objects.minus(key));
    if (object.orElse(null) instanceof EndpointSlice slice) {
      slice.serviceName().ifPresent(service -> addSlice(service, slice));
    }
    switch (key.kind()) {
      case SERVICE -> changedServices.add(new ServiceName(key.namespace(), key.name()));
      case NODE -> changedNodes.add(key.name());
      case ENDPOINT_SLICE -> {} // its Services are marked where it is added and removed
    }
  }

  private static int served(@Nullable ClusterObject object) {
    return object instanceof Service service && service.notServed().isEmpty() ? 1 : 0;
  }

  private void addSlice(ServiceName service, EndpointSlice slice) {
    slices = slices.plus(service, ofService(service).plus(slice.name(), slice));
    changedServices.add(service);
  }

  private void removeSlice(ServiceName service, EndpointSlice slice) {
    TreePMap<String, EndpointSlice> rest = ofService(service).minus(slice.name());
    slices = rest.isEmpty() ? slices.minus(service) : slices.plus(service, rest);
    changedServices.add(service);
  }

  private TreePMap<String, EndpointSlice> ofService(ServiceName service) {
    return slices.getOrDefault(service, TreePMap.empty());
  }
}
