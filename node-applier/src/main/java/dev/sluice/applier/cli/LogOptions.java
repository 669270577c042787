package dev.sluice.applier.cli;

import dev.sluice.events.host.KafkaOptions;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The log that a command reads; a picocli mixin. */
final class LogOptions {
  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--timeout",
      defaultValue = "20s",
      paramLabel = "DURATION",
      description = "How long to wait for the log's next records. Default: 20s.")
  private Duration timeout = Duration.ZERO;

  /**
   * Does not connect yet.
   *
   * @param err where to tell how far reading has come, if that is a terminal
   */
  OpenLog open(PrintWriter err) {
    return new OpenLog(kafka.settings(), kafka.topics(), timeout).progress(err);
  }
}
