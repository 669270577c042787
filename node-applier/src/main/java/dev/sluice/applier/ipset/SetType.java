package dev.sluice.applier.ipset;

/** The types of sets that are used. */
public enum SetType {
  BITMAP_PORT("bitmap:port", 3),
  HASH_IP("hash:ip", 4),
  HASH_IP_PORT("hash:ip,port", 5),
  HASH_IP_PORT_IP("hash:ip,port,ip", 5),
  HASH_IP_PORT_NET("hash:ip,port,net", 7);

  private final String text;
  private final int markRevision;

  SetType(String text, int markRevision) {
    this.text = text;
    this.markRevision = markRevision;
  }

  /**
   * The first revision whose elements can hold packet marks (net/netfilter/ipset/ip_set_*.c). A
   * later one would be of no use, and an older ipset tool could not list the set.
   */
  int markRevision() {
    return markRevision;
  }

  /** What the kernel calls it. */
  @Override
  public String toString() {
    return text;
  }
}
