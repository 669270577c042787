package dev.sluice.local.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.bench.report.TextTable.Column;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
  private final TextTable table =
      new TextTable(List.of(new Column("mode", -6), new Column("p50", 5), new Column("p99", 5)));

  @Test
  void cellsStandBelowTheirTitles() {
    assertThat(table.heading()).isEqualTo("mode     p50   p99");
    assertThat(table.line(List.of("ipvs", "36", "70"))).isEqualTo("ipvs      36    70");
  }

  @Test
  void cellsThatLackAreMarked() {
    assertThat(table.markdown(List.of(List.of("ipvs"))))
        .isEqualTo("| mode | p50 | p99 |\n| --- | --: | --: |\n| ipvs | - | - |\n");
  }
}
