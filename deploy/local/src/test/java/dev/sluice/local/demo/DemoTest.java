package dev.sluice.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.local.lab.IpvsTest;
import dev.sluice.local.lab.KernelTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@KernelTest
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class DemoTest {
  // the test JVM may hold a broker that tests share
  private final List<ProcessHandle> before = ProcessHandle.current().descendants().toList();
  private final StringWriter told = new StringWriter();
  private final Demo demo = new Demo(new Narrator(new PrintWriter(told)));

  @AfterEach
  void nothingIsLeftBehind() throws IOException {
    assertThat(ProcessHandle.current().descendants()).isSubsetOf(before);
    long pid = ProcessHandle.current().pid();
    assertThat(names(Path.of("/run/netns"))).noneMatch(name -> name.contains("-" + pid + "-"));
    assertThat(names(Path.of(System.getProperty("java.io.tmpdir"))))
        .noneMatch(name -> name.startsWith("sluice-up-" + pid));
  }

  private static List<String> names(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void theTourFindsEverythingAsItShouldBe(Variant variant) throws Exception {
    take(ProxyMode.IPTABLES, variant);

    assertThat(told.toString()).contains("-A KUBE-SVC-");
  }

  /** With the tools that every kernel with IPVS has the tables for. */
  @Test
  @IpvsTest
  void theTourIsTheSameWithIpvs() throws Exception {
    take(ProxyMode.IPVS, Variant.LEGACY);

    assertThat(told.toString())
        .contains("TCP  10.96.0.80:80 rr", "TCP  172.20.0.1:30080 rr", "  -> 10.244.1.2:8080 ");
  }

  private void take(ProxyMode mode, Variant variant) throws Exception {
    demo.run(new Demo.Plan(Optional.empty(), Optional.of(mode), variant, true), system -> {});

    assertThat(told.toString())
        .contains("7. Restart the applier")
        .contains("kernel writes since: 0");
  }

  @Test
  void anInterruptEndsItAndRemovesEverything() {
    Demo.Plan plan = new Demo.Plan(Optional.empty(), Optional.empty(), Variant.NFT, false);

    assertThatThrownBy(
            () ->
                demo.run(
                    plan,
                    system -> {
                      Thread.currentThread().interrupt();
                      Demo.watch(system);
                    }))
        .isInstanceOf(InterruptedException.class);
  }
}
