package dev.sluice.events.model;

/** The two IP families; each is programmed by itself. */
public enum IpFamily {
  IPV4("IPv4", 32),
  IPV6("IPv6", 128);

  private final String apiName;
  private final int bits;

  IpFamily(String apiName, int bits) {
    this.apiName = apiName;
    this.bits = bits;
  }

  /** The width of an address in bits: 32 or 128. */
  public int bits() {
    return bits;
  }

  /** The API's spelling. */
  @Override
  public String toString() {
    return apiName;
  }
}
