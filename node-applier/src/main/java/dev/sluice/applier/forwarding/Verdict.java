package dev.sluice.applier.forwarding;

import java.util.List;

/** What becomes of a connection to a front end. */
public sealed interface Verdict {
  /** Which of a Service port's endpoints. */
  enum EndpointSet {
    /** Those of the whole cluster. */
    CLUSTER,
    /** Those of this node. */
    LOCAL
  }

  /**
   * It goes to one of these, each as likely as the others.
   *
   * @param destinations at least one, in order, each once
   */
  record Balance(EndpointSet set, List<Destination> destinations) implements Verdict {
    public Balance {
      if (destinations.isEmpty()) {
        throw new IllegalArgumentException("nothing to balance over");
      }
      destinations = List.copyOf(destinations);
    }

    /** Over the cluster's endpoints. */
    public Balance(List<Destination> destinations) {
      this(EndpointSet.CLUSTER, destinations);
    }
  }

  /** It is refused at once, so that the client need not wait: nothing serves it anywhere. */
  record Reject() implements Verdict {}

  /** It is let in to this node, whatever else the host lets in: the applier itself answers it. */
  record Accept() implements Verdict {}

  /** It is not answered, so that load balancers try another node: others have endpoints. */
  record Drop() implements Verdict {}
}
