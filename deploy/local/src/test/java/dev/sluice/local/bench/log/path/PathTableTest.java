package dev.sluice.local.bench.log.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.local.bench.Durations;
import dev.sluice.local.bench.report.Page.Section;
import dev.sluice.local.bench.report.Pixels;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PathTableTest {
  private static PathResult result(Variant variant, int rate) {
    return new PathResult(
        variant,
        rate,
        rate - 0.4,
        30 * rate,
        20,
        10,
        new Durations(new long[] {95_000_000, 130_000_000}),
        new Durations(new long[] {9_960_000, 20_000_000}),
        new Durations(new long[] {85_000_000, 110_000_000}));
  }

  @Test
  void whatWasMeasuredStandsInItsColumns(@TempDir Path folder) throws Exception {
    Section section =
        PathTable.section(
            "## Path",
            List.of(result(Variant.LEGACY, 1), result(Variant.NFT, 1), result(Variant.NFT, 500)),
            folder);

    assertThat(section.table())
        .endsWith(
            """
            | legacy | 1 | 1 | 30 | 95/130 | 10.0/20 | 85/110 | 20 | 10 |
            | nft | 1 | 1 | 30 | 95/130 | 10.0/20 | 85/110 | 20 | 10 |
            | nft | 500 | 500 | 15000 | 95/130 | 10.0/20 | 85/110 | 20 | 10 |
            """);
    assertThat(Pixels.coloured(folder.resolve("log-path.png"))).isGreaterThan(300);
  }

  @Test
  void cellsStandBelowTheirTitles() {
    assertThat(PathTable.line(result(Variant.NFT, 500))).hasSameSizeAs(PathTable.heading());
  }
}
