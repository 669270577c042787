package dev.sluice.applier.forwarding;

import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.SessionAffinity;
import java.util.List;
import java.util.Optional;

/**
 * A front end of a Service port, and what becomes of connections to it.
 *
 * @param verdict for connections from outside the cluster; for a ClusterIP, for all
 * @param fromCluster for connections from pods and from the node itself, where that differs
 * @param keepsSource whether endpoints see the client's address though it is outside
 * @param sourceRanges who may connect; empty: everybody
 */
public record VirtualServer(
    ServicePortName name,
    IpFamily family,
    FrontEnd frontEnd,
    Verdict verdict,
    Optional<Verdict> fromCluster,
    boolean keepsSource,
    List<Cidr> sourceRanges,
    Optional<SessionAffinity> affinity) {
  public VirtualServer {
    sourceRanges = List.copyOf(sourceRanges);
  }

  /** One that treats all connections alike. */
  public VirtualServer(ServicePortName name, IpFamily family, FrontEnd frontEnd, Verdict verdict) {
    this(name, family, frontEnd, verdict, Optional.empty(), false, List.of(), Optional.empty());
  }

  /** Orders the front ends that have one address and port, of several Services or of one. */
  String precedence() {
    return precedence(name, frontEnd);
  }

  /**
   * Orders the front ends that have one address and port: packets go by the first that takes them.
   */
  public static String precedence(ServicePortName name, FrontEnd frontEnd) {
    return name + "/" + name.protocol().lowerCase() + "/" + frontEnd.getClass().getSimpleName();
  }
}
