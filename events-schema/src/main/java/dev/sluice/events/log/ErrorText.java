package dev.sluice.events.log;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What errors of Kafka's client say: often the reason stands only in a cause. */
final class ErrorText {
  private ErrorText() {}

  /**
   * The messages of the error and its causes, from the outside in, on one line; before them what
   * they mean, where somebody has to do something about it.
   */
  static String of(Throwable error) {
    String messages = messages(error);
    return Refusal.of(error).map(meaning -> meaning + ": " + messages).orElse(messages);
  }

  /** The messages alone. */
  static String messages(Throwable error) {
    return causes(error)
        .map(e -> Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName()))
        // a wrapper without a message of its own repeats its cause's
        .map(text -> text.replaceFirst("^[\\w.$]+(Exception|Error): ", ""))
        .map(ErrorText::withoutSecrets)
        .distinct()
        .collect(Collectors.joining(": "))
        .replaceAll("\\s*\\R\\s*", " ");
  }

  /** What Kafka's client can't read of sasl.jaas.config it quotes, a password with it. */
  private static String withoutSecrets(String text) {
    return text.contains("JAAS config") ? text.replaceAll("'.*'|\".*\"", "(not shown)") : text;
  }

  /** The error itself and its causes. */
  static Stream<Throwable> causes(Throwable error) {
    return Stream.iterate(error, e -> e != null, Throwable::getCause);
  }
}
