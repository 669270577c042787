package dev.sluice.applier.cli;

import picocli.CommandLine.Option;

/** Whom a command answers: a person or a program; a picocli mixin. */
final class AnswerFormat {
  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      paramLabel = "FORMAT",
      description = "text or json. Default: text.")
  private Answer.Output output = Answer.Output.TEXT;

  Answer.Output value() {
    return output;
  }
}
