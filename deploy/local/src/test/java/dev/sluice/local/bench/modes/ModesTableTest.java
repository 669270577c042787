package dev.sluice.local.bench.modes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.bench.Durations;
import dev.sluice.local.bench.report.Pixels;
import dev.sluice.local.bench.traffic.ConnectTimes;
import dev.sluice.local.bench.traffic.Rates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModesTableTest {
  private static final Rates NO_RATE = new Rates(OptionalDouble.empty(), 30_000);

  private static ConnectTimes connects(int failed, long... nanos) {
    return new ConnectTimes(Optional.of(new Durations(nanos)), failed);
  }

  private static ModeResult linear(int services, long nanos) {
    return new ModeResult(
        services,
        Mode.LINEAR,
        Optional.of(connects(2, 60_000, 61_000, 90_400)),
        connects(1, nanos),
        new Rates(OptionalDouble.of(6527.7), 3));
  }

  private static ModeResult direct(int services) {
    return new ModeResult(services, Mode.DIRECT, Optional.empty(), connects(0, 36_000), NO_RATE);
  }

  @Test
  void whatWasMeasuredStandsInItsColumnsAndFailuresAreCounted() {
    assertThat(ModesTable.markdown(List.of(linear(4000, 84_000), direct(4000))))
        .endsWith(
            """
            | linear iptables | 4000 | 61/90 | 84/84 | 3 | 6528 | 3 |
            | direct | 4000 | - | 36/36 | 0 | - | 30000 |
            """);
  }

  @Test
  void cellsStandBelowTheirTitles() {
    assertThat(ModesTable.line(direct(4000))).hasSameSizeAs(ModesTable.heading());
  }

  @Test
  void eachModeIsALineAndWhatNobodyHasIsNotDrawn(@TempDir Path folder) throws IOException {
    ModesPlots.write(folder, List.of(direct(100), direct(4000)));

    assertThat(Pixels.coloured(folder.resolve("modes-connect.png"))).isGreaterThan(500);
    assertThat(folder.resolve("modes-ab.png")).doesNotExist();

    ModesPlots.write(folder, List.of(linear(100, 38_000), direct(100), linear(4000, 84_000)));

    assertThat(Pixels.coloured(folder.resolve("modes-ab.png"))).isGreaterThan(500);
    assertThat(Files.readString(folder.resolve("modes-connect.svg"))).contains("<svg", "<path");
  }
}
