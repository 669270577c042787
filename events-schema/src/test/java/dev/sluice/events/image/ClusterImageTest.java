package dev.sluice.events.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.Revision;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.EndpointPort;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import dev.sluice.events.model.ServicePort;
import dev.sluice.events.model.TrafficPolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterImageTest {
  private static final ServiceName WEB = new ServiceName("shop", "web");
  private static final ServiceName API = new ServiceName("shop", "api");

  private static Service service(ServiceName name, int port) {
    return new Service(
        name,
        Service.Type.CLUSTER_IP,
        List.of(),
        List.of(new ServicePort("", Protocol.TCP, port, 0)),
        List.of(),
        List.of(),
        List.of(),
        TrafficPolicy.CLUSTER,
        TrafficPolicy.CLUSTER,
        Optional.empty(),
        0,
        "");
  }

  private static EndpointSlice slice(String name, Optional<ServiceName> service, int port) {
    return new EndpointSlice(
        "shop",
        name,
        service,
        IpFamily.IPV4,
        List.of(),
        List.of(new EndpointPort("", Protocol.TCP, port)),
        false,
        "");
  }

  private static Node node(String name, String zone) {
    return new Node(name, List.of(), zone, List.of(), false, false);
  }

  private static ObjectState state(long number, ObjectKey key, Optional<ClusterObject> object) {
    Revision revision =
        new Revision(number, 1, "c", Instant.EPOCH, Cause.OBSERVED, "", Optional.empty());
    return new ObjectState(key, revision, object);
  }

  private static ObjectState upserted(long number, ClusterObject object) {
    return state(number, object.key(), Optional.of(object));
  }

  private static ObjectState deleted(long number, ObjectKey key) {
    return state(number, key, Optional.empty());
  }

  private static HeadState head(long revision) {
    return new HeadState(new Head("c", 1, revision, true, Optional.empty()));
  }

  private static ClusterDelta delta(ClusterImage from, StateEntry... entries) {
    ClusterDelta delta = new ClusterDelta(from);
    for (StateEntry entry : entries) {
      delta.replay(entry);
    }
    return delta;
  }

  @Test
  void anObjectCanBeLookedUpAndItsServiceIsMarked() {
    ClusterDelta delta =
        delta(
            ClusterImage.EMPTY,
            upserted(1, service(WEB, 80)),
            upserted(2, slice("web-1", Optional.of(API), 8080)),
            upserted(3, node("n", "z")));
    ClusterImage image = delta.apply();

    assertThat(image.revision()).isEqualTo(3);
    assertThat(image.service(WEB)).contains(service(WEB, 80));
    assertThat(image.slices(API)).containsExactly(slice("web-1", Optional.of(API), 8080));
    assertThat(image.slices(WEB)).isEmpty();
    assertThat(image.node("n")).contains(node("n", "z"));
    assertThat(delta.changedServices()).containsExactly(API, WEB);
    assertThat(delta.changedNodes()).containsExactly("n");
  }

  @Test
  void anEqualObjectMarksNothing() {
    ClusterImage image = delta(ClusterImage.EMPTY, upserted(1, service(WEB, 80))).apply();

    ClusterDelta delta = delta(image, upserted(2, service(WEB, 80)));

    assertThat(delta.changedServices()).isEmpty();
    assertThat(delta.apply().revision()).isEqualTo(2);
  }

  @Test
  void aSliceThatMovesMarksBothServices() {
    ClusterImage before =
        delta(ClusterImage.EMPTY, upserted(1, slice("s", Optional.of(WEB), 80))).apply();

    ClusterDelta delta = delta(before, upserted(2, slice("s", Optional.of(API), 80)));

    assertThat(delta.changedServices()).containsExactly(API, WEB);
    assertThat(delta.apply().slices(WEB)).isEmpty();
    assertThat(delta.apply().slices(API)).hasSize(1);
    assertThat(before.slices(WEB)).hasSize(1);
  }

  @Test
  void aSliceThatLosesItsServiceMarksIt() {
    ClusterImage before =
        delta(ClusterImage.EMPTY, upserted(1, slice("s", Optional.of(WEB), 80))).apply();

    ClusterDelta delta = delta(before, upserted(2, slice("s", Optional.empty(), 80)));

    assertThat(delta.changedServices()).containsExactly(WEB);
    assertThat(delta.apply().slices(WEB)).isEmpty();
  }

  @Test
  void aDeletionRemovesAndMarks() {
    ClusterImage before =
        delta(
                ClusterImage.EMPTY,
                upserted(1, service(WEB, 80)),
                upserted(2, slice("s", Optional.of(WEB), 80)),
                upserted(3, node("n", "")))
            .apply();

    ClusterDelta delta =
        delta(
            before,
            deleted(4, ObjectKey.endpointSlice("shop", "s")),
            deleted(5, ObjectKey.node("n")),
            deleted(6, ObjectKey.node("never-seen")));

    assertThat(delta.changedServices()).containsExactly(WEB);
    assertThat(delta.changedNodes()).containsExactly("n");
    assertThat(delta.apply().keys()).containsExactly(WEB.key());
  }

  @Test
  void theHeadSaysTheRevisionWhereTheLastDeletionIsCompactedAway() {
    ClusterImage image = delta(ClusterImage.EMPTY, upserted(1, node("n", "")), head(9)).apply();

    assertThat(image.revision()).isEqualTo(9);
    assertThat(image.complete()).isTrue();
  }

  @Test
  void aSnapshotRemovesWhatItDoesNotName() {
    ClusterImage before =
        delta(
                ClusterImage.EMPTY,
                upserted(1, service(WEB, 80)),
                upserted(2, slice("s", Optional.of(API), 80)),
                upserted(3, node("n", "")))
            .apply();

    ClusterDelta delta = delta(before, upserted(1, service(WEB, 80)), head(5));
    delta.finishSnapshot();

    assertThat(delta.apply().keys()).containsExactly(WEB.key());
    assertThat(delta.changedServices()).containsExactly(API);
    assertThat(delta.changedNodes()).containsExactly("n");
  }

  @Test
  void aSnapshotOfALogThatBeganAnewHasItsRevision() {
    ClusterImage before =
        delta(ClusterImage.EMPTY, upserted(100, node("n", "")), head(100)).apply();

    ClusterDelta delta = delta(before, upserted(1, node("n", "")), head(2));
    delta.finishSnapshot();

    assertThat(delta.apply().revision()).isEqualTo(2);
  }

  @Test
  void aSnapshotOfAnEmptyLogIsNotComplete() {
    ClusterImage before = delta(ClusterImage.EMPTY, upserted(1, node("n", "")), head(1)).apply();

    ClusterDelta delta = new ClusterDelta(before);
    delta.finishSnapshot();

    assertThat(delta.apply().complete()).isFalse();
    assertThat(delta.apply()).isEqualTo(ClusterImage.EMPTY);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void anyBatchingGivesTheSameImage(long seed) {
    Random random = new Random(seed);
    List<StateEntry> log = randomLog(random, 400);
    ClusterImage atOnce = delta(ClusterImage.EMPTY, log.toArray(StateEntry[]::new)).apply();

    ClusterImage image = ClusterImage.EMPTY;
    int from = 0;
    while (from < log.size()) {
      int to = Math.min(log.size(), from + 1 + random.nextInt(20));
      ClusterDelta delta = delta(image, log.subList(from, to).toArray(StateEntry[]::new));
      ClusterImage next = delta.apply();
      assertThat(delta.changedServices()).containsAll(changed(image, next));
      image = next;
      from = to;
    }

    assertThat(image).isEqualTo(atOnce).hasSameHashCodeAs(atOnce);
    assertThat(slices(image)).isEqualTo(slices(atOnce)).isEqualTo(slicesByScan(image));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {21, 22, 23, 24, 25, 26, 27, 28})
  void aCompactedSnapshotOverAnyOlderImageGivesTheSameImage(long seed) {
    Random random = new Random(seed);
    List<StateEntry> log = randomLog(random, 300);
    ClusterImage expected = delta(ClusterImage.EMPTY, log.toArray(StateEntry[]::new)).apply();
    ClusterImage older =
        delta(
                ClusterImage.EMPTY,
                log.subList(0, random.nextInt(log.size())).toArray(StateEntry[]::new))
            .apply();

    ClusterDelta snapshot = delta(older, compacted(log).toArray(StateEntry[]::new));
    snapshot.finishSnapshot();

    assertThat(snapshot.apply()).isEqualTo(expected);
    assertThat(slices(snapshot.apply())).isEqualTo(slices(expected));
  }

  private static List<StateEntry> randomLog(Random random, int length) {
    List<StateEntry> log = new ArrayList<>();
    for (int number = 1; number <= length; number++) {
      log.add(randomEntry(random, number));
      if (random.nextInt(5) == 0 || number == length) {
        log.add(head(number));
      }
    }
    return log;
  }

  private static ObjectState randomEntry(Random random, long number) {
    ServiceName name = random.nextBoolean() ? WEB : API;
    Optional<ServiceName> owner = random.nextInt(4) == 0 ? Optional.empty() : Optional.of(name);
    int small = 1 + random.nextInt(3);
    ClusterObject object =
        switch (random.nextInt(3)) {
          case 0 -> service(name, small);
          case 1 -> slice("s" + random.nextInt(5), owner, small);
          default -> node("n" + small, "z" + random.nextInt(2));
        };
    return random.nextInt(4) == 0 ? deleted(number, object.key()) : upserted(number, object);
  }

  /** The last entry of each key, as compaction leaves it in the end: without deletions. */
  private static List<StateEntry> compacted(List<StateEntry> log) {
    Map<String, StateEntry> last = new HashMap<>();
    for (StateEntry entry : log) {
      last.put(
          switch (entry) {
            case ObjectState state -> state.key().toString();
            case HeadState state -> Head.KEY;
          },
          entry);
    }
    return last.values().stream()
        .filter(e -> !(e instanceof ObjectState state && state.object().isEmpty()))
        .toList();
  }

  private static Map<ServiceName, List<EndpointSlice>> slices(ClusterImage image) {
    Map<ServiceName, List<EndpointSlice>> result = new HashMap<>();
    for (ServiceName name : List.of(WEB, API)) {
      result.put(name, List.copyOf(image.slices(name)));
    }
    return result;
  }

  private static Map<ServiceName, List<EndpointSlice>> slicesByScan(ClusterImage image) {
    Map<ServiceName, List<EndpointSlice>> result = new HashMap<>();
    for (ServiceName name : List.of(WEB, API)) {
      result.put(
          name,
          image.keys().stream()
              .flatMap(key -> image.get(key).stream())
              .filter(EndpointSlice.class::isInstance)
              .map(EndpointSlice.class::cast)
              .filter(slice -> slice.serviceName().equals(Optional.of(name)))
              .toList());
    }
    return result;
  }

  private static Set<ServiceName> changed(ClusterImage before, ClusterImage after) {
    Set<ServiceName> changed = new HashSet<>();
    for (ServiceName name : List.of(WEB, API)) {
      if (!before.service(name).equals(after.service(name))
          || !List.copyOf(before.slices(name)).equals(List.copyOf(after.slices(name)))) {
        changed.add(name);
      }
    }
    return changed;
  }
}
