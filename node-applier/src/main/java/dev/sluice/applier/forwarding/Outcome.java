package dev.sluice.applier.forwarding;

import java.util.List;

/** What becomes of a packet. */
public sealed interface Outcome {
  /**
   * It goes to one of these, each as likely as the others.
   *
   * @param targets at least one, in order of address and port, each once
   */
  record Forwarded(List<Target> targets) implements Outcome {
    public Forwarded {
      targets = List.copyOf(targets);
    }
  }

  /** It is refused: its sender learns so at once. */
  record Refused() implements Outcome {}

  /** It is not answered. */
  record Dropped() implements Outcome {}

  /** It goes where it was sent: no Service is concerned. */
  record Untouched() implements Outcome {}
}
