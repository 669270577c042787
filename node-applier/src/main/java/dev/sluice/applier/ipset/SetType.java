package dev.sluice.applier.ipset;

/** The types of sets that are used. */
public enum SetType {
  BITMAP_PORT("bitmap:port"),
  HASH_IP("hash:ip"),
  HASH_IP_PORT("hash:ip,port"),
  HASH_IP_PORT_IP("hash:ip,port,ip"),
  HASH_IP_PORT_NET("hash:ip,port,net");

  private final String text;

  SetType(String text) {
    this.text = text;
  }

  /** What the kernel calls it. */
  @Override
  public String toString() {
    return text;
  }
}
