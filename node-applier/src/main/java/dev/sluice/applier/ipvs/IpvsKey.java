package dev.sluice.applier.ipvs;

import dev.sluice.applier.ipset.Element;
import dev.sluice.events.model.IpAddress;

/** What our objects are called that IPVS takes. Ordered by kind, then as each kind is. */
public sealed interface IpvsKey extends Comparable<IpvsKey> {
  /** A set. */
  record OfSet(IpvsSet set) implements IpvsKey {
    @Override
    public String toString() {
      return "set " + set;
    }
  }

  /** An element of a set. */
  record OfElement(IpvsSet set, Element element) implements IpvsKey {
    @Override
    public String toString() {
      return "element " + set + " " + element;
    }
  }

  /** An address on the device that makes Services' addresses the node's own. */
  record OfVip(IpAddress address) implements IpvsKey {
    @Override
    public String toString() {
      return "address " + address;
    }
  }

  /** A virtual server. */
  record OfServer(ServerKey server) implements IpvsKey {
    @Override
    public String toString() {
      return "virtual server " + server;
    }
  }

  /** A number for each kind, in the order in which they are listed. */
  private int kind() {
    return switch (this) {
      case OfSet _ -> 0;
      case OfElement _ -> 1;
      case OfVip _ -> 2;
      case OfServer _ -> 3;
    };
  }

  @Override
  default int compareTo(IpvsKey other) {
    return switch (this) {
      case OfSet(IpvsSet set) when other instanceof OfSet to -> set.compareTo(to.set);
      case OfElement(IpvsSet set, Element element) when other instanceof OfElement to ->
          set == to.set ? element.compareTo(to.element) : set.compareTo(to.set);
      case OfVip(IpAddress address) when other instanceof OfVip to -> address.compareTo(to.address);
      case OfServer(ServerKey server) when other instanceof OfServer to ->
          server.compareTo(to.server);
      default -> Integer.compare(kind(), other.kind());
    };
  }
}
