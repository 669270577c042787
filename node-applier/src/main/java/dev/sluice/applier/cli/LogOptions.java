package dev.sluice.applier.cli;

import dev.sluice.events.host.KafkaOptions;
import java.io.PrintWriter;
import picocli.CommandLine.Mixin;

/** The log that a command reads; a picocli mixin. */
final class LogOptions {
  @Mixin private KafkaOptions kafka = new KafkaOptions();
  @Mixin private LogTimeout timeout = new LogTimeout();

  /**
   * Does not connect yet.
   *
   * @param err where to tell how far reading has come, if that is a terminal
   */
  OpenLog open(PrintWriter err) {
    return new OpenLog(kafka.settings(), kafka.topics(), timeout.value()).progress(err);
  }
}
