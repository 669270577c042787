package dev.sluice.applier.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.PrefixTree.Content;
import dev.sluice.applier.iptables.PrefixTree.Jumps;
import dev.sluice.applier.iptables.PrefixTree.Owner;
import dev.sluice.applier.iptables.PrefixTree.Rules;
import dev.sluice.applier.iptables.PrefixTree.Slot;
import dev.sluice.events.model.IpAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixTreeTest {
  private static final Owner OWNER = new Owner("ns/name");

  /** All chains of a tree by their slots. */
  private static Map<Slot, Content> chains(PrefixTree tree) {
    Map<Slot, Content> result = new HashMap<>();
    collect(tree, Slot.ROOT, result);
    return result;
  }

  private static void collect(PrefixTree tree, Slot slot, Map<Slot, Content> result) {
    Content content = tree.content(slot).orElseThrow();
    result.put(slot, content);
    if (content instanceof Jumps jumps) {
      jumps.slots().forEach(next -> collect(tree, next, result));
    }
  }

  /** The rules that a packet with this key comes by, and how many it has to look at for that. */
  private record Walk(List<String> rules, int looked) {}

  private static Walk walk(PrefixTree tree, Bits key) {
    Slot slot = Slot.ROOT;
    int looked = 0;
    while (true) {
      switch (tree.content(slot).orElseThrow()) {
        case Rules rules -> {
          return new Walk(rules.rules(), looked + rules.rules().size());
        }
        case Jumps jumps -> {
          looked += jumps.slots().size();
          var next =
              jumps.slots().stream()
                  .filter(s -> key.commonPrefix(s.prefix()) >= Math.min(s.length(), 128))
                  .toList();
          if (next.isEmpty()) {
            return new Walk(List.of(), looked);
          }
          assertThat(next).as("slots are disjoint").hasSize(1);
          slot = next.getFirst();
        }
      }
    }
  }

  private static Bits address(int i) {
    return Bits.of(IpAddress.parse("10.96.%d.%d".formatted(i >> 8 & 255, i & 255)));
  }

  private static PrefixTree of(List<Bits> keys) {
    PrefixTree tree = PrefixTree.EMPTY;
    for (Bits key : keys) {
      tree = tree.plus(key, OWNER, "rule " + key);
    }
    return tree;
  }

  @Test
  void fewRulesStandInTheRootItself() {
    PrefixTree tree = of(IntStream.range(0, 8).mapToObj(PrefixTreeTest::address).toList());

    assertThat(chains(tree)).hasSize(1);
    assertThat(((Rules) tree.content(Slot.ROOT).orElseThrow()).rules()).hasSize(8);
  }

  @Test
  void theSameRuleOfSeveralOwnersStandsOnceUntilTheLastIsGone() {
    Bits key = address(1);
    PrefixTree both =
        PrefixTree.EMPTY.plus(key, new Owner("a"), "same").plus(key, new Owner("b"), "same");

    assertThat(walk(both, key).rules()).containsExactly("same");
    assertThat(walk(both.minus(key, new Owner("a")), key).rules()).containsExactly("same");
    assertThat(walk(both.minus(key, new Owner("a")).minus(key, new Owner("b")), key).rules())
        .isEmpty();
  }

  @Test
  void everyRuleIsFoundInAFewSteps() {
    List<Bits> keys = IntStream.range(0, 10_000).mapToObj(PrefixTreeTest::address).toList();
    PrefixTree tree = of(keys);

    for (Bits key : keys) {
      Walk walk = walk(tree, key);
      assertThat(walk.rules()).contains("rule " + key);
      assertThat(walk.looked()).isLessThanOrEqualTo(8 * 6);
    }
  }

  @Test
  void keysOfFullWidthAreToldApartToTheLastBit() {
    List<Bits> keys = new ArrayList<>();
    for (long i = 0; i < 64; i++) {
      keys.add(new Bits(0xfd00_0010_0096_0000L, i));
    }
    PrefixTree tree = of(keys);

    for (Bits key : keys) {
      assertThat(walk(tree, key).rules()).contains("rule " + key);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theShapeIsAFunctionOfTheRulesNotOfTheirHistory(long seed) {
    Random random = new Random(seed);
    List<Bits> keys = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      long high = random.nextInt(4) == 0 ? random.nextLong() : (long) random.nextInt(512) << 32;
      keys.add(new Bits(high, random.nextInt(3) == 0 ? random.nextLong() : 0));
    }
    List<Bits> kept = keys.subList(0, 150).stream().distinct().toList();
    PrefixTree straight = of(kept.stream().sorted().toList());

    List<Bits> shuffled = new ArrayList<>(keys);
    Collections.shuffle(shuffled, random);
    PrefixTree detour = of(shuffled);
    List<Bits> extra = new ArrayList<>(keys.subList(150, 400));
    extra.removeAll(kept);
    Collections.shuffle(extra, random);
    for (Bits key : extra) {
      detour = detour.minus(key, OWNER);
    }

    assertThat(chains(detour)).isEqualTo(chains(straight));
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void whatChangedNamesEveryChainThatDiffers(long seed) {
    Random random = new Random(seed);
    PrefixTree tree = PrefixTree.EMPTY;
    for (int step = 0; step < 600; step++) {
      Bits key = address(random.nextInt(2000));
      Owner owner = new Owner("o" + random.nextInt(3));
      PrefixTree next =
          random.nextInt(3) == 0 ? tree.minus(key, owner) : tree.plus(key, owner, "r" + step);
      Map<Slot, Content> before = chains(tree);
      Map<Slot, Content> after = chains(next);
      Map<Slot, Content> union = new HashMap<>(before);
      union.putAll(after);
      var differing =
          union.keySet().stream()
              .filter(slot -> !java.util.Objects.equals(before.get(slot), after.get(slot)))
              .toList();
      assertThat(PrefixTree.changed(tree, next)).containsAll(differing);
      for (Slot gone : differing) {
        assertThat(next.content(gone).isPresent()).isEqualTo(after.containsKey(gone));
      }
      tree = next;
    }
  }

  @Test
  void aChangeTouchesFewChains() {
    PrefixTree tree =
        of(IntStream.range(0, 10_000).map(i -> i * 5).mapToObj(PrefixTreeTest::address).toList());

    assertThat(PrefixTree.changed(tree, tree.plus(address(7), OWNER, "new")))
        .hasSizeLessThanOrEqualTo(16);
  }
}
