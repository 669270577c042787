package dev.sluice.local.bench.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.bench.Durations;
import dev.sluice.local.bench.iptables.LayoutResult.Measured;
import dev.sluice.local.bench.iptables.LayoutResult.NotTried;
import dev.sluice.local.bench.iptables.LayoutResult.Outcome;
import dev.sluice.local.bench.iptables.LayoutResult.Target;
import dev.sluice.local.bench.iptables.LayoutResult.TooSlow;
import dev.sluice.local.bench.traffic.ConnectTimes;
import dev.sluice.local.bench.traffic.Rates;
import dev.sluice.local.bench.traffic.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class LayoutTableTest {
  private static LayoutResult result(IpFamily family, Outcome outcome) {
    Workload workload = new Workload(family, 5000, 20);
    return new LayoutResult(
        new LayoutCase(Variant.NFT, Layout.KUBE_PROXY, workload), 305_021, outcome);
  }

  private static ConnectTimes connects(int failed, long... nanos) {
    return new ConnectTimes(Optional.of(new Durations(nanos)), failed);
  }

  private static Outcome measured() {
    return new Measured(
        new Durations(new long[] {2_000_000_000, 2_126_000_000, 3_000_000_000L}),
        new Durations(new long[] {1_000_000, 4_900_000, 950_000_000}),
        Map.of(
            Target.DIRECT, connects(0, 7_000, 8_000, 30_400),
            Target.OTHER, connects(0, 9_000),
            Target.FIRST, connects(1, 10_000),
            Target.MIDDLE, connects(2, 11_000),
            Target.LAST, new ConnectTimes(Optional.empty(), 500)),
        new Rates(OptionalDouble.of(6527.7), 1),
        new Rates(OptionalDouble.empty(), 30_000));
  }

  @Test
  void whatWasMeasuredStandsInItsColumnsAndFailuresAreCounted() {
    assertThat(LayoutTable.markdown(List.of(result(IpFamily.IPV4, measured()))))
        .endsWith(
            "| nft | kube-proxy | 5000 | 305021 | 2.13 s | 4.9 ms | 950.0 ms | 8/30 | 9/9 | 10/10"
                + " | 11/11 | - | 503 | 6528 | - | 30001 |\n");
  }

  @Test
  void whatTookTooLongSaysSoAndWhatWasNotTriedSaysNothing() {
    List<LayoutResult> results =
        List.of(
            result(IpFamily.IPV4, new TooSlow(Duration.ofMinutes(1))),
            result(IpFamily.IPV6, new NotTried()));

    assertThat(LayoutTable.markdown(results).lines().skip(2))
        .containsExactly(
            "| nft | kube-proxy | 5000 | 305021 | > 60 s" + " | -".repeat(11) + " |",
            "| nft IPv6 | kube-proxy | 5000 | 305021" + " | -".repeat(12) + " |");
  }

  @Test
  void cellsStandBelowTheirTitles() {
    String heading = LayoutTable.heading();
    String line = LayoutTable.line(result(IpFamily.IPV4, measured()));

    assertThat(line).hasSameSizeAs(heading);
    assertThat(line.indexOf("2.13 s") + 6).isEqualTo(heading.indexOf("load") + 4);
  }
}
