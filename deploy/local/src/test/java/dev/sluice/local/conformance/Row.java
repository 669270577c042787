package dev.sluice.local.conformance;

/**
 * What a Service proxy must do, each with one line of what must hold. The letters: I for what is
 * read, E for which endpoints, F for front ends, M for marks and source addresses, C for connection
 * tracking, H for health and the node, T for the iptables back end, S for start, restart and
 * clean-up, V for the IPVS back end.
 */
public enum Row {
  I1("Services without an address of their own, and those of type ExternalName, leave no rule."),
  I2("Services and slices that another proxy claims, and slices of headless Services, count not."),
  I3("A slice belongs to the Service that its label names, and its ports to those of like name."),
  I4("Ready and serving count as true unless said otherwise, terminating as false."),
  I5("An endpoint that stands in two slices counts once."),
  I6("Each address family is forwarded by itself, with its own addresses and endpoints only."),
  I7("A Service has ports of TCP, UDP and SCTP, and the same number under two of them."),
  I8("Nothing is written before the log is known to hold the whole cluster and this node."),
  I9("A node's addresses, zone and pod ranges are those of its Node object."),

  E1("Policy Cluster takes the endpoints that are ready, on whichever node."),
  E2("Policy Local takes the endpoints of this node that are ready, whatever the hints."),
  E3("Endpoints that serve while they terminate are taken only where none is ready."),
  E4("Where every endpoint hints at nodes, those that hint at this node are taken."),
  E5("Where every endpoint hints at zones, those that hint at this node's zone are taken."),
  E6("With internalTrafficPolicy Local, the cluster IP leads to endpoints of this node only."),
  E7(
      "With externalTrafficPolicy Local, clients outside reach endpoints of this node only, while"
          + " pods and the node itself reach the whole cluster's by the same addresses."),

  F1("A cluster IP is reached from pods, from the node itself and from hosts routed to the node."),
  F2("An external IP is reached as a cluster IP is."),
  F3("A load balancer's IP is reached too, unless its mode is Proxy."),
  F4("A node port is reached at the node's addresses that are chosen for it, and at no other."),
  F5(
      "Node ports on 127.0.0.1 work by a flag, and then nobody from elsewhere reaches what listens"
          + " there."),
  F6("Where there is no endpoint at all, every front end refuses at once."),
  F7("Where policy Local leaves only endpoints elsewhere, there is no answer, not a refusal."),
  F8("Source ranges limit the load balancer's IP, and no other front end."),
  F9(
      "With session affinity a client stays with its endpoint while it comes within the timeout and"
          + " the endpoint is there."),
  F10("Connections are spread evenly over the endpoints."),
  F11("A packet to a cluster IP at a port that no Service has reaches nothing of the node."),

  M1("One bit of the mark, chosen by a flag, says that a packet is to be masqueraded."),
  M2("To a cluster IP, whoever is no pod of this node is masqueraded, or everybody by a flag."),
  M3("Pods of this node are told by ranges, by the Node's ranges, by a bridge or by a prefix."),
  M4("From outside, policy Cluster masquerades and policy Local keeps the client's address."),
  M5("A pod that reaches itself through a Service is masqueraded; direct connections never are."),
  M6("What is forwarded for a Service passes a FORWARD chain that drops everything else."),
  M7("Health-check node ports are let in."),

  C1("A client that spoke to the address before there was an endpoint is served once there is."),
  C2("A client whose last endpoint goes is refused."),
  C3("A client of a Service that is deleted reaches its endpoints no more."),
  C4("A client whose endpoint goes gets another; one whose endpoint stays keeps it."),
  C5("Node ports concern only flows to an address of this node."),
  C6("So it is for Services that were deleted while the applier was down."),
  C7("So it is at external and load balancers' IPs."),
  C8("Flows of other protocols, and those that use no Service, are left alone."),
  C9("Thousands of flows are listed at one go, and only the stale ones deleted."),

  H1("Each health-check node port tells a load balancer of the endpoints here."),
  H2("healthz is 503 while an update does not get into the kernel, and while the node is to go."),
  H3("livez ignores that the node is to go."),
  H4("Limits of connection tracking are set at start, and what can't be set is named."),
  H5("Metrics have the names that dashboards use."),

  T1("Chains are called as kube-proxy calls them."),
  T2("What is listed is what was compiled, so that it can be compared and repaired."),
  T3("A limit of remembered clients that is too low for session affinity is warned of."),
  T4("A table that somebody flushes is filled again."),
  T5("The variant of iptables that the node already uses is chosen."),
  T6("The lock that all users of the tables share is waited for, and named when held too long."),
  T7("Chains and rules of others are left alone."),

  S1("A restart over the same cluster writes nothing."),
  S2("An update or a restart never leaves a new connection without an answer."),
  S3("Connections that are open survive updates and restarts."),
  S4("A node is taken over from kube-proxy in place."),
  S5("Clean-up removes all of ours and nothing else."),
  S6("Clean-up may be run twice."),
  S7("The mode is changed in place: no connection is lost, whether new, open or of the node."),
  S8("A change of mode goes on over a restart, and may be changed back before it is complete."),

  V1("An endpoint of TCP that goes keeps its connections until they end or its time is over."),
  V2("An endpoint that comes back while it drains serves again, with the connections it had."),
  V3("While endpoints are replaced, no connection goes to one that is destroyed."),
  V4("Virtual servers and sets of others are left alone."),
  V5("Services' addresses stand on a device that is never up."),
  V6("A change starts no process.");

  private final String text;

  Row(String text) {
    this.text = text;
  }

  /** What must hold. */
  public String text() {
    return text;
  }
}
