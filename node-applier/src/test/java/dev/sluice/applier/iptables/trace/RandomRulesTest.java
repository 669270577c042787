package dev.sluice.applier.iptables.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.Outcome;
import dev.sluice.events.model.IpFamily;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * That the rules do to each packet just what the evaluator says, in random clusters under random
 * flags: two ways to one answer, which share only the virtual servers.
 */
class RandomRulesTest {
  /** A seed to look at alone. */
  static final String SEED_PROPERTY = "sluice.seed";

  private static final int CLUSTERS = 60;
  private static final int PACKETS = 150;

  private static LongStream seeds() {
    return Optional.ofNullable(Long.getLong(SEED_PROPERTY))
        .map(LongStream::of)
        .orElse(LongStream.rangeClosed(1, CLUSTERS));
  }

  @ParameterizedTest
  @EnumSource
  void rulesDoWhatWasDecidedAndEachEndpointIsAsLikelyAsTheOthers(IpFamily family) {
    Map<Class<? extends Outcome>, Integer> seen = new HashMap<>();
    seeds()
        .forEach(
            seed -> {
              Comparison comparison = Comparison.of(seed, family, PACKETS);
              assertThat(comparison.mismatch(comparison.program())).isEmpty();
              comparison.decided().forEach(one -> seen.merge(one.getClass(), 1, Integer::sum));
            });

    // else it would have shown little
    if (Long.getLong(SEED_PROPERTY) == null) {
      assertThat(seen)
          .containsOnlyKeys(
              Outcome.Forwarded.class,
              Outcome.Refused.class,
              Outcome.Dropped.class,
              Outcome.Untouched.class);
      assertThat(seen.values()).allMatch(count -> count > 100);
    }
  }
}
