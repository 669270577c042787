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

  // no switch over patterns here: a load sorts tens of thousands of keys, by a compiler that is
  // quick
  // rather than thorough
  @Override
  @SuppressWarnings("IfChainToSwitch")
  default int compareTo(IpvsKey other) {
    if (this instanceof OfElement one && other instanceof OfElement two) {
      return one.set == two.set ? one.element.compareTo(two.element) : one.set.compareTo(two.set);
    } else if (this instanceof OfServer one && other instanceof OfServer two) {
      return one.server.compareTo(two.server);
    } else if (this instanceof OfVip one && other instanceof OfVip two) {
      return one.address.compareTo(two.address);
    } else if (this instanceof OfSet one && other instanceof OfSet two) {
      return one.set.compareTo(two.set);
    }
    return Integer.compare(kind(), other.kind());
  }
}
