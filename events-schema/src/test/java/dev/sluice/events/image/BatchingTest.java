package dev.sluice.events.image;

import static dev.sluice.events.image.Entries.API;
import static dev.sluice.events.image.Entries.WEB;
import static dev.sluice.events.image.Entries.deleted;
import static dev.sluice.events.image.Entries.delta;
import static dev.sluice.events.image.Entries.head;
import static dev.sluice.events.image.Entries.node;
import static dev.sluice.events.image.Entries.service;
import static dev.sluice.events.image.Entries.slice;
import static dev.sluice.events.image.Entries.upserted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.Head;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.ServiceName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fold is deterministic, however the log is cut into batches. */
class BatchingTest {
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
