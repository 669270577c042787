package dev.sluice.applier.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class ConntrackSysctlsTest {
  private static final ConntrackLimits DEFAULTS =
      new ConntrackLimits(
          32_768,
          131_072,
          Duration.ofHours(24),
          Duration.ofHours(1),
          false,
          Duration.ZERO,
          Duration.ZERO);
  private static final ConntrackLimits NOTHING =
      new ConntrackLimits(
          0, 131_072, Duration.ZERO, Duration.ZERO, false, Duration.ZERO, Duration.ZERO);

  @TempDir private Path root;

  @BeforeEach
  void kernel() throws IOException {
    Files.createDirectories(root.resolve("proc/sys/net/netfilter"));
    Files.createDirectories(root.resolve("sys/module/nf_conntrack/parameters"));
    Files.writeString(root.resolve("sys/module/nf_conntrack/parameters/hashsize"), "16384\n");
    write("nf_conntrack_max", 65_536);
    write("nf_conntrack_tcp_timeout_established", 432_000);
    write("nf_conntrack_tcp_timeout_close_wait", 60);
    write("nf_conntrack_tcp_be_liberal", 0);
    write("nf_conntrack_udp_timeout", 30);
    write("nf_conntrack_udp_timeout_stream", 120);
  }

  private void write(String name, long value) throws IOException {
    Files.writeString(root.resolve("proc/sys/net/netfilter").resolve(name), value + "\n");
  }

  private long read(String name) throws IOException {
    String text = Files.readString(root.resolve("proc/sys/net/netfilter").resolve(name));
    return Long.parseLong(text.strip());
  }

  @Test
  void theDefaultsAreKubeProxys() throws IOException {
    assertThat(new ConntrackSysctls(root).apply(DEFAULTS, 2)).isEmpty();

    assertThat(read("nf_conntrack_max")).isEqualTo(131_072);
    assertThat(root.resolve("sys/module/nf_conntrack/parameters/hashsize")).hasContent("32768");
    assertThat(read("nf_conntrack_tcp_timeout_established")).isEqualTo(86_400);
    assertThat(read("nf_conntrack_tcp_timeout_close_wait")).isEqualTo(3_600);
    assertThat(read("nf_conntrack_tcp_be_liberal")).isZero();
    assertThat(read("nf_conntrack_udp_timeout")).isEqualTo(30);
    assertThat(read("nf_conntrack_udp_timeout_stream")).isEqualTo(120);
  }

  @Test
  void theLimitGrowsWithTheCoresAndIsNeverLowered() throws IOException {
    assertThat(new ConntrackSysctls(root).apply(DEFAULTS, 8)).isEmpty();
    assertThat(read("nf_conntrack_max")).isEqualTo(262_144);

    assertThat(new ConntrackSysctls(root).apply(DEFAULTS, 2)).isEmpty();
    assertThat(read("nf_conntrack_max")).isEqualTo(262_144);
  }

  @Test
  void zeroLeavesAlone() throws IOException {
    assertThat(new ConntrackSysctls(root).apply(NOTHING, 8)).isEmpty();

    assertThat(read("nf_conntrack_max")).isEqualTo(65_536);
    assertThat(read("nf_conntrack_tcp_timeout_established")).isEqualTo(432_000);
  }

  @Test
  void theOthersAreSetWhenAskedFor() throws IOException {
    ConntrackLimits limits =
        new ConntrackLimits(
            0,
            0,
            Duration.ZERO,
            Duration.ZERO,
            true,
            Duration.ofSeconds(10),
            Duration.ofMinutes(3));

    assertThat(new ConntrackSysctls(root).apply(limits, 1)).isEmpty();

    assertThat(read("nf_conntrack_tcp_be_liberal")).isEqualTo(1);
    assertThat(read("nf_conntrack_udp_timeout")).isEqualTo(10);
    assertThat(read("nf_conntrack_udp_timeout_stream")).isEqualTo(180);
  }

  @Test
  void whatCannotBeSetIsNamedAndTheRestIsSet() throws IOException {
    Files.delete(root.resolve("proc/sys/net/netfilter/nf_conntrack_max"));

    assertThat(new ConntrackSysctls(root).apply(DEFAULTS, 2))
        .singleElement()
        .asString()
        .contains("nf_conntrack_max = 131072 (it is unknown): NoSuchFileException");
    assertThat(read("nf_conntrack_tcp_timeout_established")).isEqualTo(86_400);
  }
}
