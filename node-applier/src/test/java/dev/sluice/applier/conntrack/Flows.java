package dev.sluice.applier.conntrack;

import dev.sluice.events.model.IpAddress;

/** Flows as tests write them. */
final class Flows {
  static final int TCP = 6;
  static final int UDP = 17;
  private static final AddressPort V4_CLIENT = addressPort("172.20.0.2:40000");
  private static final AddressPort V6_CLIENT = addressPort("[fd00::2]:40000");

  private Flows() {}

  static AddressPort addressPort(String text) {
    int colon = text.lastIndexOf(':');
    String address = text.substring(0, colon).replaceAll("[\\[\\]]", "");
    return new AddressPort(
        IpAddress.parse(address), Integer.parseInt(text, colon + 1, text.length(), 10));
  }

  /** Sent to {@code to}, and served by {@code by}. */
  static Flow udp(String to, String by) {
    return flow(UDP, to, by, 0);
  }

  static Flow flow(int protocol, String to, String by, int zone) {
    AddressPort client = to.startsWith("[") ? V6_CLIENT : V4_CLIENT;
    return new Flow(
        protocol,
        new Flow.Tuple(client, addressPort(to), 0),
        new Flow.Tuple(addressPort(by), client, 0),
        zone,
        1);
  }
}
