package dev.sluice.applier.forwarding;

import dev.sluice.applier.forwarding.Verdict.EndpointSet;
import dev.sluice.events.model.IpAddress;
import java.util.List;
import java.util.Optional;

/**
 * What a slice of a Service gives to one of its ports in one family.
 *
 * @param name the slice's
 * @param leftOut why it gives none; empty where it does
 * @param size how many endpoints it has
 * @param endpoints those that it gives, used or not, in its order
 */
public record ExplainedSlice(
    String name, Optional<LeftOut> leftOut, int size, List<ExplainedEndpoint> endpoints) {
  public ExplainedSlice {
    endpoints = List.copyOf(endpoints);
  }

  /** Why none of a slice's endpoints counts. */
  public enum LeftOut {
    OTHER_FAMILY("of the other IP family"),
    HEADLESS("labelled service.kubernetes.io/headless"),
    OTHER_PROXY("labelled service.kubernetes.io/service-proxy-name"),
    NO_SUCH_PORT("without a port of that name and protocol");

    private final String text;

    LeftOut(String text) {
      this.text = text;
    }

    /** The reason in words. */
    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * An endpoint, and why it is in each set, or is not.
   *
   * @param port 1 to 65535
   * @param nodeName empty where none is known
   */
  public record ExplainedEndpoint(
      IpAddress address, int port, String nodeName, Standing cluster, Standing local) {
    /** Its standing in one of the sets. */
    public Standing in(EndpointSet set) {
      return switch (set) {
        case CLUSTER -> cluster;
        case LOCAL -> local;
      };
    }
  }
}
