package dev.sluice.applier.forwarding;

/**
 * One of the reasons why a packet fares as it does.
 *
 * @param text a sentence without its full stop
 */
public record Step(Kind kind, String text) {
  /** What a step says. */
  public enum Kind {
    /** Who has sent it, as far as that matters. */
    SENT_BY_POD,
    SENT_BY_NODE,
    SENT_FROM_OUTSIDE,
    /** Which front end it meets. */
    FRONT_END,
    /** The load balancer's source ranges. */
    LET_IN,
    NOT_LET_IN,
    /** Which endpoints are eligible. */
    WHOLE_CLUSTER,
    ONLY_THIS_NODE,
    SHORT_CIRCUIT,
    /** A client is remembered. */
    AFFINITY,
    /** Why the endpoint sees an address of the node. */
    MASQUERADE_ALL,
    MASQUERADE_NO_POD,
    MASQUERADE_EXTERNAL,
    MASQUERADE_NODE,
    MASQUERADE_HAIRPIN,
    /** Why it sees its client's address. */
    SOURCE_KEPT,
    DELIVERED_HERE,
    /** Why it goes nowhere. */
    NO_ENDPOINT,
    NO_ENDPOINT_HERE,
    LOCALHOST_FROM_ELSEWHERE,
    /** Why no Service is concerned. */
    NOT_SERVED
  }
}
