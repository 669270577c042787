package dev.sluice.events.model;

/**
 * An address range. Host bits are cleared when it is built, so equal ranges are equal.
 *
 * @param length the prefix length, 0 to the family's width
 */
public record Cidr(IpAddress network, int length) {
  public Cidr {
    if (length < 0 || length > network.family().bits()) {
      throw new InvalidObjectException("prefix length " + length + " is out of range");
    }
    network = network.masked(length);
  }

  /**
   * Parses {@code address/length}; white space around it is ignored.
   *
   * @throws InvalidObjectException if the text is no range
   */
  public static Cidr parse(String text) {
    String trimmed = text.strip();
    int slash = trimmed.indexOf('/');
    String digits = trimmed.substring(slash + 1);
    if (slash < 0 || !digits.matches("[0-9]{1,3}")) {
      throw new InvalidObjectException("\"" + text + "\" is no address range");
    }
    return new Cidr(IpAddress.parse(trimmed.substring(0, slash)), Integer.parseInt(digits));
  }

  /** The range that holds this one address. */
  public static Cidr of(IpAddress address) {
    return new Cidr(address, address.family().bits());
  }

  public IpFamily family() {
    return network.family();
  }

  /** Whether the address is of this family and in the range. */
  public boolean contains(IpAddress address) {
    return address.family() == family() && address.masked(length).equals(network);
  }

  /** Whether an address is in both ranges. */
  public boolean overlaps(Cidr other) {
    return length <= other.length ? contains(other.network) : other.contains(network);
  }

  @Override
  public String toString() {
    return network + "/" + length;
  }
}
