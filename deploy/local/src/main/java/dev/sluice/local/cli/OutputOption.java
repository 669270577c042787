package dev.sluice.local.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a measurement writes its page; a picocli mixin. */
final class OutputOption {
  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Folder for a Markdown table and plots (default: none are written).")
  private Optional<Path> output = Optional.empty();

  /** The folder; empty where none was given. */
  Optional<Path> folder() {
    return output;
  }
}
