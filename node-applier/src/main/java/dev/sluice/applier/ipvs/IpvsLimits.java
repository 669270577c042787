package dev.sluice.applier.ipvs;

import java.util.List;

/** What a Service proxy does and IPVS can't, for who chooses a mode. */
public final class IpvsLimits {
  /** A sentence without its full stop each; deploy/docs/ipvs.md has the same with more words. */
  public static final List<String> ALL =
      List.of(
          "no node ports on 127.0.0.1: the kernel lets nothing leave that comes from there",
          "session affinity is remembered at each address and port of a Service by itself",
          "session affinity ends its timeout after IPVS has forgotten the client's last connection,"
              + " two minutes after that was closed",
          "with externalTrafficPolicy Local, session affinity keeps those inside with an endpoint at"
              + " outside addresses only until any endpoint comes or goes",
          "what the node itself sends to a Service is always masqueraded: it would come from the"
              + " Service's address",
          "requests pass INPUT and OUTPUT instead of FORWARD: rules of others there see Services'"
              + " traffic, and rules in FORWARD only see its answers",
          "with externalTrafficPolicy Local, those inside reach the whole cluster by a packet mark:"
              + " whoever else sets marks before INPUT must leave 0x1xxxxxxx alone");

  private IpvsLimits() {}
}
