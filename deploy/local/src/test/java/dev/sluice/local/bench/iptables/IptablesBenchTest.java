package dev.sluice.local.bench.iptables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.bench.BenchException;
import dev.sluice.local.bench.iptables.LayoutPlots.Plot;
import dev.sluice.local.bench.iptables.LayoutResult.Measured;
import dev.sluice.local.bench.iptables.LayoutResult.Target;
import dev.sluice.local.bench.iptables.LayoutResult.TooSlow;
import dev.sluice.local.bench.traffic.ApacheBench;
import dev.sluice.local.bench.traffic.BenchLab;
import dev.sluice.local.bench.traffic.Connector;
import dev.sluice.local.bench.traffic.Workload;
import dev.sluice.local.lab.KernelTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@KernelTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class IptablesBenchTest {
  private static final Effort LITTLE =
      new Effort(3, 5, new ApacheBench(20, 5), 1, Duration.ofSeconds(30));

  @ParameterizedTest
  @EnumSource
  void bothLayoutsLeadConnectionsToEveryService(Layout layout) throws IOException {
    for (IpFamily family : IpFamily.values()) {
      LayoutCase what = new LayoutCase(Variant.NFT, layout, new Workload(family, 20, 3));

      LayoutResult result = new LayoutRun(what, LITTLE).run();

      assertThat(result.rules()).isGreaterThan(20 * 3);
      assertThat(result.outcome()).isInstanceOf(Measured.class);
      Measured measured = (Measured) result.outcome();
      assertThat(measured.connects().keySet()).containsExactlyInAnyOrder(Target.values());
      assertThat(measured.connects().values())
          .allMatch(times -> times.failed() == 0 && times.nanos().isPresent());
      assertThat(measured.service().failed()).isZero();
      assertThat(measured.service().median()).isPresent();
    }
  }

  @Test
  void tableAndPlotsAreWritten(@TempDir Path folder) throws IOException {
    List<ProcessHandle> before = ProcessHandle.current().descendants().toList();
    StringWriter told = new StringWriter();
    IptablesBench bench =
        new IptablesBench(
            List.of(Variant.LEGACY),
            List.of(IpFamily.IPV4),
            List.of(20),
            3,
            3,
            5,
            20,
            Duration.ofSeconds(30));

    bench.run(Optional.of(folder), new PrintWriter(told));

    assertThat(
            told.toString()
                .lines()
                .filter(line -> line.matches("legacy +(sluice|kube-proxy) +20 .*")))
        .hasSize(2);
    assertThat(Files.readString(folder.resolve("iptables.md")))
        .contains("processors, Linux", "| legacy | sluice | 20 |", "| legacy | kube-proxy | 20 |");
    for (Plot plot : Plot.values()) {
      assertThat(ImageIO.read(folder.resolve(plot.file() + ".png").toFile()).getWidth())
          .isEqualTo(800);
      assertThat(Files.readString(folder.resolve(plot.file() + ".svg"))).contains("<svg", "<path");
    }
    assertThat(ProcessHandle.current().descendants()).isSubsetOf(before);
  }

  @Test
  void aLoadThatTakesTooLongIsGivenUp() throws IOException {
    Effort impatient = new Effort(3, 5, new ApacheBench(20, 5), 1, Duration.ofMillis(1));
    Workload workload = new Workload(IpFamily.IPV4, 200, 20);

    LayoutResult result =
        new LayoutRun(new LayoutCase(Variant.NFT, Layout.KUBE_PROXY, workload), impatient).run();

    assertThat(result.outcome()).isEqualTo(new TooSlow(Duration.ofMillis(1)));
  }

  @Test
  void aServiceThatDoesNotAnswerIsNoMeasurement() throws IOException {
    try (BenchLab lab = BenchLab.create()) {
      InetAddress nobody = InetAddress.ofLiteral("10.96.0.10");
      Connector connector =
          new Connector(lab.client(), new InetSocketAddress(nobody, Workload.PORT), 1);

      assertThatThrownBy(connector::check)
          .isInstanceOf(BenchException.class)
          .hasMessageContaining("10.96.0.10");
    }
  }
}
