package dev.sluice.applier.forwarding;

import java.util.List;

/** What becomes of a connection to a front end. */
public sealed interface Verdict {
  /**
   * It goes to one of these, each as likely as the others.
   *
   * @param destinations at least one, in order, each once
   */
  record Balance(List<Destination> destinations) implements Verdict {
    public Balance {
      if (destinations.isEmpty()) {
        throw new IllegalArgumentException("nothing to balance over");
      }
      destinations = List.copyOf(destinations);
    }
  }

  /** It is refused at once, so that the client need not wait: nothing serves it anywhere. */
  record Reject() implements Verdict {}
}
