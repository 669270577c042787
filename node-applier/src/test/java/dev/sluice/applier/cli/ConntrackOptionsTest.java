package dev.sluice.applier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.applier.conntrack.ConntrackLimits;
import dev.sluice.events.host.Launch;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ConntrackOptionsTest {
  private static ConntrackLimits limits(String... words) {
    ConntrackOptions options = new ConntrackOptions();
    CommandLine command = Launch.prepared(new CommandLine(options));
    command.parseArgs(words);
    return options.limits(command);
  }

  @Test
  void theDefaultsAreKubeProxys() {
    assertThat(limits())
        .isEqualTo(
            new ConntrackLimits(
                32_768,
                131_072,
                Duration.ofHours(24),
                Duration.ofHours(1),
                false,
                Duration.ZERO,
                Duration.ZERO));
  }

  @Test
  void theFlagsAreKubeProxys() {
    assertThat(
            limits(
                "--conntrack-max-per-core=0",
                "--conntrack-min=1",
                "--conntrack-tcp-timeout-established=0",
                "--conntrack-tcp-timeout-close-wait=5m",
                "--conntrack-tcp-be-liberal",
                "--conntrack-udp-timeout=10s",
                "--conntrack-udp-timeout-stream=1m30s"))
        .isEqualTo(
            new ConntrackLimits(
                0,
                1,
                Duration.ZERO,
                Duration.ofMinutes(5),
                true,
                Duration.ofSeconds(10),
                Duration.ofSeconds(90)));
  }

  @Test
  void aNegativeLimitIsRefused() {
    assertThatThrownBy(() -> limits("--conntrack-min=-1"))
        .isInstanceOf(CommandLine.ParameterException.class)
        .hasMessageContaining("must not be negative");
  }
}
