package dev.sluice.events.image;

import static dev.sluice.events.image.Entries.API;
import static dev.sluice.events.image.Entries.WEB;
import static dev.sluice.events.image.Entries.node;
import static dev.sluice.events.image.Entries.service;
import static dev.sluice.events.image.Entries.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.HistoryEntry;
import dev.sluice.events.event.ModeReason;
import dev.sluice.events.event.Moment;
import dev.sluice.events.event.Revision;
import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.ServiceName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Going back from the end of a log leads to the images that going forward led through. */
class RewindTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  /** A history, and the image after each of its transactions by revision. */
  private record Log(List<HistoryEntry> history, TreeMap<Long, ClusterImage> images) {
    ClusterImage latest() {
      return images.lastEntry().getValue();
    }

    ClusterImage back(Moment moment, long from) {
      Rewind rewind = new Rewind(latest(), moment);
      history.stream().filter(entry -> entry.number() >= from).forEach(rewind::replay);
      return rewind.apply();
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void everyRevisionIsReachedBackwardsAsForwards(long seed) {
    Random random = new Random(seed);
    Log log = randomLog(random, 200, 7);

    ClusterImage forward = ClusterImage.EMPTY;
    for (HistoryEntry entry : log.history()) {
      ClusterDelta delta = new ClusterDelta(forward);
      delta.replay(state(entry.change()));
      forward = delta.apply();
      long number = entry.number();
      // from the beginning, from any revision by then, or just after it
      long from = random.nextBoolean() ? 1 : Math.max(1, number + 1 - random.nextInt(5));

      ClusterImage back = log.back(new Moment.AtRevision(number), from);

      assertThat(back.revision()).isEqualTo(number);
      assertSameObjects(back, forward);
      if (log.images().containsKey(number) && from == 1) {
        assertThat(back).isEqualTo(log.images().get(number));
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {31, 32, 33, 34})
  void aTimeIsTheLastRevisionThatIsNotLater(long seed) {
    Random random = new Random(seed);
    Log log = randomLog(random, 120, 5);

    for (long millis = -1; millis < 60; millis++) {
      Instant time = START.plusMillis(millis);
      long expected =
          log.history().stream()
              .filter(entry -> !entry.change().revision().time().isAfter(time))
              .mapToLong(HistoryEntry::number)
              .max()
              .orElse(0);

      ClusterImage back = log.back(new Moment.AtTime(time), 1);

      assertThat(back.revision()).isEqualTo(expected);
      assertSameObjects(back, log.back(new Moment.AtRevision(Math.max(1, expected)), 1), expected);
    }
  }

  @Test
  void changesThatCameAfterTheImageWasReadDoNotMatter() {
    Log log = randomLog(new Random(5), 60, 1);
    ClusterImage read = log.images().get(40L);

    for (Moment moment :
        List.of(new Moment.AtRevision(30), new Moment.AtTime(START.plusSeconds(3600)))) {
      Rewind rewind = new Rewind(java.util.Objects.requireNonNull(read), moment);
      log.history().forEach(rewind::replay);

      long expected = moment instanceof Moment.AtRevision(long number) ? number : 40;
      assertThat(rewind.apply()).isEqualTo(log.images().get(expected));
    }
  }

  @Test
  void theModeOfThenIsKnownThoughItsReasonIsNot() {
    Log log = randomLog(new Random(6), 60, 1);
    ClusterImage then = java.util.Objects.requireNonNull(log.images().get(50L));

    ClusterImage back = log.back(new Moment.AtRevision(50), 50);

    assertThat(back.head().flatMap(Head::proxyMode))
        .isEqualTo(then.head().orElseThrow().proxyMode());
  }

  private static void assertSameObjects(ClusterImage image, ClusterImage expected, long revision) {
    if (revision > 0) {
      assertSameObjects(image, expected);
    } else {
      assertThat(image.keys()).isEmpty();
    }
  }

  private static void assertSameObjects(ClusterImage image, ClusterImage expected) {
    assertThat(image.objects()).isEqualTo(expected.objects());
    assertThat(image.slices()).isEqualTo(expected.slices());
    assertThat(image.servedServices()).isEqualTo(expected.servedServices());
  }

  /** Transactions of one to {@code largest} changes; times advance now and then. */
  private static Log randomLog(Random random, int changes, int largest) {
    List<HistoryEntry> history = new ArrayList<>();
    TreeMap<Long, ClusterImage> images = new TreeMap<>();
    Map<ObjectKey, ClusterObject> objects = new HashMap<>();
    Optional<ModeReason> reason = Optional.empty();
    Optional<String> mode = Optional.empty();
    ClusterImage image = ClusterImage.EMPTY;
    Instant time = START;
    while (history.size() < changes) {
      int first = history.size() + 1;
      int last = Math.min(changes, history.size() + 1 + random.nextInt(largest));
      boolean decides = first == 1 || random.nextInt(10) == 0;
      if (decides) {
        mode = Optional.of(mode.equals(Optional.of("ipvs")) ? "iptables" : "ipvs");
        reason = Optional.of(new ModeReason(3, 3, last));
      }
      ClusterDelta delta = new ClusterDelta(image);
      for (int number = first; number <= last; number++) {
        time = time.plusMillis(Math.max(0, random.nextInt(4) - 1L));
        Change change = randomChange(random, number, time, objects);
        history.add(
            new HistoryEntry(change, mode, decides && number == last ? reason : Optional.empty()));
        delta.replay(state(change));
      }
      Head head = new Head("c", 1, last, true, mode, reason, Optional.of(1L));
      delta.replay(new HeadState(head));
      image = delta.apply();
      images.put((long) last, image);
    }
    return new Log(history, images);
  }

  private static Change randomChange(
      Random random, long number, Instant time, Map<ObjectKey, ClusterObject> objects) {
    ServiceName name = random.nextBoolean() ? WEB : API;
    int small = 1 + random.nextInt(3);
    ClusterObject object =
        switch (random.nextInt(3)) {
          case 0 -> service(name, small);
          case 1 -> slice("s" + random.nextInt(5), Optional.of(name), small);
          default -> node("n" + small, "z" + random.nextInt(2));
        };
    Revision revision = new Revision(number, 1, "c", time, Cause.OBSERVED, "", Optional.empty());
    Optional<ClusterObject> before = Optional.ofNullable(objects.get(object.key()));
    if (before.isPresent() && random.nextInt(3) == 0) {
      objects.remove(object.key());
      return new Change.Deleted(revision, before.get());
    }
    objects.put(object.key(), object);
    return new Change.Upserted(revision, before, object);
  }

  private static ObjectState state(Change change) {
    return new ObjectState(change.key(), change.revision(), change.after());
  }
}
