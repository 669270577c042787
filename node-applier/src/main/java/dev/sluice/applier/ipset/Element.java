package dev.sluice.applier.ipset;

import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Protocol;
import java.util.Comparator;
import java.util.Optional;

/** What a set holds; each kind is of one type of sets. Ordered by address. */
public sealed interface Element extends Comparable<Element> {
  /** Of {@link SetType#BITMAP_PORT}; 0 to 65535. */
  record OfPort(int port) implements Element {
    @Override
    public String toString() {
      return Integer.toString(port);
    }
  }

  /** Of {@link SetType#HASH_IP}. */
  record OfAddress(IpAddress address) implements Element {
    @Override
    public String toString() {
      return address.toString();
    }
  }

  /** Of {@link SetType#HASH_IP_PORT}; the port is 1 to 65535. */
  record OfSocket(IpAddress address, Protocol protocol, int port) implements Element {
    @Override
    public String toString() {
      return address + "," + protocol.lowerCase() + ":" + port;
    }
  }

  /** Of {@link SetType#HASH_IP_PORT_IP}. */
  record OfSocketAndAddress(OfSocket socket, IpAddress second) implements Element {
    @Override
    public String toString() {
      return socket + "," + second;
    }
  }

  /** Of {@link SetType#HASH_IP_PORT_NET}; the range is not that of all addresses. */
  record OfSocketAndRange(OfSocket socket, Cidr range) implements Element {
    @Override
    public String toString() {
      return socket + "," + range;
    }
  }

  /** As the ipset tool prints it. */
  @Override
  String toString();

  /** The address; empty where there is none. */
  private Optional<IpAddress> first() {
    return switch (this) {
      case OfPort _ -> Optional.empty();
      case OfAddress(IpAddress address) -> Optional.of(address);
      case OfSocket socket -> Optional.of(socket.address);
      case OfSocketAndAddress(OfSocket socket, var _) -> Optional.of(socket.address);
      case OfSocketAndRange(OfSocket socket, var _) -> Optional.of(socket.address);
    };
  }

  /** By address, and by text where that is the same. */
  @Override
  default int compareTo(Element other) {
    // most are of these kinds
    if (this instanceof OfSocket one && other instanceof OfSocket two) {
      int order = one.address.compareTo(two.address);
      return order != 0 ? order : toString().compareTo(other.toString());
    } else if (this instanceof OfAddress one && other instanceof OfAddress two) {
      return one.address.compareTo(two.address);
    }
    Optional<IpAddress> own = first();
    Optional<IpAddress> others = other.first();
    int order =
        own.isPresent() && others.isPresent()
            ? own.get().compareTo(others.get())
            : Boolean.compare(own.isPresent(), others.isPresent());
    return order != 0
        ? order
        : Comparator.<String>naturalOrder().compare(toString(), other.toString());
  }
}
