package dev.sluice.applier.iptables.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.Outcome;
import dev.sluice.applier.iptables.IptablesKey;
import dev.sluice.applier.program.Program;
import dev.sluice.events.model.IpFamily;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That the rules do to each packet just what the evaluator says, in random clusters under random
 * flags: two ways to one answer, which share only the virtual servers.
 */
class RandomRulesTest {
  /** A seed to look at alone. */
  static final String SEED_PROPERTY = "sluice.seed";

  /** How many seeds to try; more, for a longer look. */
  private static final long CLUSTERS = Long.getLong("sluice.clusters", 60);

  private static final int PACKETS = 150;

  /** With many packets each, so that few rules are met by none. */
  private static final List<Comparison> MUTATED =
      Stream.of(1, 2, 3, 4).map(seed -> Comparison.of(seed, IpFamily.IPV4, 1000)).toList();

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

  /** Else the comparison would be worth nothing: a rule less, and it must tell. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "KUBE-(SVC|SVL)-\\S+ .*-j KUBE-MARK-MASQ",
        "KUBE-EXT-\\S+ -j KUBE-MARK-MASQ",
        "KUBE-EXT-\\S+ .*--src-type LOCAL -j KUBE-MARK-MASQ",
        "KUBE-EXT-\\S+ .*-j KUBE-SVC-\\S+",
        "KUBE-EXT-\\S+ -j KUBE-SVL-\\S+",
        "KUBE-FW-\\S+ .*-j KUBE-EXT-\\S+",
        "\\S+ .*--dport \\d+ -j KUBE-(SVC|SVL|EXT|FW)-\\S+",
        "\\S+ .*--probability \\S+ -j \\S+.*",
        "\\S+ .*-j (REJECT|DROP).*",
        "KUBE-(DST|EDST|SRC)-\\S+ .*-j KUBE-.*",
        "(PREROUTING|OUTPUT|POSTROUTING|FORWARD|INPUT) .* KUBE-.*",
      })
  void aRuleThatIsMissingIsNoticed(String kind) {
    int noticed = 0;
    int tried = 0;
    for (Comparison comparison : MUTATED) {
      List<Program<IptablesKey, String>> mutants = without(comparison.program(), kind);
      for (Program<IptablesKey, String> mutant : mutants.subList(0, Math.min(5, mutants.size()))) {
        tried++;
        noticed += comparison.mismatch(mutant).isPresent() ? 1 : 0;
      }
    }

    assertThat(tried).isGreaterThan(3);
    // some make no difference: ranges that overlap, hooks that only count for other rules
    assertThat(noticed).isGreaterThan(tried / 3);
  }

  /** The program without one rule, for each rule of a kind. */
  private static List<Program<IptablesKey, String>> without(
      Program<IptablesKey, String> program, String kind) {
    Pattern rule = Pattern.compile("-A " + kind);
    List<Program<IptablesKey, String>> mutants = new ArrayList<>();
    program
        .objects()
        .forEach(
            (key, text) -> {
              List<String> lines = text.lines().toList();
              for (String line : lines) {
                if (rule.matcher(line).matches()) {
                  String rest =
                      lines.stream()
                          .filter(other -> !other.equals(line))
                          .map(other -> other + "\n")
                          .collect(Collectors.joining());
                  mutants.add(program.plus(key, rest));
                }
              }
            });
    Collections.shuffle(mutants, new Random(1));
    return mutants;
  }
}
