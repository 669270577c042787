package dev.sluice.applier.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleTest {
  @ParameterizedTest
  @CsvSource({
    "2, 0.50000000000",
    "3, 0.33333333349",
    "5, 0.20000000019",
    "7, 0.14285714272",
    "20, 0.04999999981",
    "1000, 0.00100000016",
    "4096, 0.00024414062", // a tie: C rounds it to even
  })
  void probabilitiesAreThoseThatIptablesLists(int among, String listed) {
    assertThat(Rule.probability(among)).isEqualTo(listed);
  }
}
