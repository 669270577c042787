package dev.sluice.applier.forwarding;

import dev.sluice.applier.forwarding.Verdict.EndpointSet;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of a packet, and why.
 *
 * @param server the front end that decides; empty where none does
 * @param set which of its endpoints are eligible for this packet; empty where there is no front end
 * @param slices where its endpoints come from, each with its standing
 * @param steps the reasons, in the order in which the packet meets them
 */
public record Explanation(
    Packet packet,
    Outcome outcome,
    Optional<VirtualServer> server,
    Optional<EndpointSet> set,
    List<ExplainedSlice> slices,
    List<Step> steps) {
  public Explanation {
    slices = List.copyOf(slices);
    steps = List.copyOf(steps);
  }
}
