package dev.sluice.events.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.Revision;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.log.StateReader.Batch;
import dev.sluice.events.log.StateReader.Undecodable;
import dev.sluice.events.model.ObjectKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnreadableKeysTest {
  private static final String WEB = "Service/shop/web";

  @Test
  void aKeyIsUnreadableUntilAGoodRecordFollows() {
    UnreadableKeys bad = keys(batch(List.of(), bad(WEB, 7, 0)));

    assertThat(bad.reasons()).containsExactly(entry(WEB, "t offset 7: no good"));
    assertThat(bad.after(batch(List.of(good(WEB))), key -> true)).isEqualTo(UnreadableKeys.NONE);
    assertThat(bad.after(batch(List.of(good("Service/shop/other"))), key -> true)).isEqualTo(bad);
  }

  @Test
  void theOrderWithinABatchCounts() {
    assertThat(keys(batch(List.of(good(WEB)), bad(WEB, 7, 0)))).isEqualTo(UnreadableKeys.NONE);
    assertThat(keys(batch(List.of(good(WEB)), bad(WEB, 7, 1))).byKey()).containsOnlyKeys(WEB);
    assertThat(keys(batch(List.of(good(WEB), good(WEB)), bad(WEB, 7, 1), bad("x", 8, 2))).byKey())
        .containsOnlyKeys("x");
  }

  @Test
  void theHeadIsAKeyAsAnyOther() {
    HeadState head = new HeadState(new Head("c", 1, 1, true, Optional.empty()));

    assertThat(keys(batch(List.of(head), bad(Head.KEY, 7, 1))).byKey()).containsOnlyKeys(Head.KEY);
    assertThat(keys(batch(List.of(head), bad(Head.KEY, 7, 0)))).isEqualTo(UnreadableKeys.NONE);
  }

  @Test
  void aDeletionThatCannotBeReadRemovesOnlyWhatNeverWasGood() {
    UnreadableKeys bad = keys(batch(List.of(), bad("Gateway/shop/web", 7, 0), bad(WEB, 8, 0)));
    Batch deletions = batch(List.of(), gone("Gateway/shop/web", 9), gone(WEB, 10));

    assertThat(bad.after(deletions, WEB::equals).byKey()).containsOnlyKeys(WEB);
    assertThat(bad.after(deletions, WEB::equals).reasons().get(WEB)).startsWith("t offset 10");
  }

  private static UnreadableKeys keys(Batch batch) {
    return UnreadableKeys.NONE.after(batch, key -> true);
  }

  private static Batch batch(List<StateEntry> entries, Undecodable... undecodable) {
    return new Batch(entries, List.of(undecodable), true);
  }

  private static Undecodable bad(String key, long offset, int after) {
    return new Undecodable("t", offset, key, "no good", false, after);
  }

  private static Undecodable gone(String key, long offset) {
    return new Undecodable("t", offset, key, "no headers", true, 0);
  }

  private static StateEntry good(String key) {
    Revision revision =
        new Revision(1, 1, "c", Instant.EPOCH, Cause.OBSERVED, "", Optional.empty());
    return new ObjectState(ObjectKey.parse(key), revision, Optional.empty());
  }

  private static java.util.Map.Entry<String, String> entry(String key, String value) {
    return java.util.Map.entry(key, value);
  }
}
