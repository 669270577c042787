package dev.sluice.events.log;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What errors of Kafka's client say: often the reason stands only in a cause. */
final class ErrorText {
  private ErrorText() {}

  /** The messages of the error and its causes, from the outside in, on one line. */
  static String of(Throwable error) {
    return causes(error)
        .map(e -> Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName()))
        // a wrapper without a message of its own repeats its cause's
        .map(text -> text.replaceFirst("^[\\w.$]+(Exception|Error): ", ""))
        .distinct()
        .collect(Collectors.joining(": "))
        .replaceAll("\\s*\\R\\s*", " ");
  }

  /** The error itself and its causes. */
  static Stream<Throwable> causes(Throwable error) {
    return Stream.iterate(error, e -> e != null, Throwable::getCause);
  }
}
