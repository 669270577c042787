package dev.sluice.applier.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How long a command that reads the log waits for it; a picocli mixin. */
final class LogTimeout {
  @Option(
      names = "--timeout",
      defaultValue = "20s",
      paramLabel = "DURATION",
      description = "How long to wait for the log's next records. Default: 20s.")
  private Duration timeout = Duration.ZERO;

  Duration value() {
    return timeout;
  }
}
