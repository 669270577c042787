package dev.sluice.applier.ipvs;

import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Protocol;
import java.util.Comparator;
import java.util.Map;

/**
 * What a Service wants at a place that others may want too: several Services may name the same
 * external address, and several ports of one share an address. Each place has one winner.
 *
 * @param objects what is there if this claim wins
 */
record Claim(Place place, Owner owner, Map<IpvsKey, IpvsObject> objects) {
  Claim {
    objects = Map.copyOf(objects);
  }

  /** What can have one owner at a time. */
  sealed interface Place {
    /** A front end with all that is about it. */
    record Socket(Protocol protocol, IpAddress address, int port) implements Place {}

    /** One object, which is the same whoever owns it. */
    record Single(IpvsKey key) implements Place {}
  }

  /**
   * Who claims; the first in order wins.
   *
   * @param closed whether it only refuses or drops: whoever serves comes before
   * @param precedence unique among the claims at a place
   */
  record Owner(boolean closed, String precedence) implements Comparable<Owner> {
    private static final Comparator<Owner> ORDER =
        Comparator.comparing(Owner::closed).thenComparing(Owner::precedence);

    @Override
    public int compareTo(Owner other) {
      return ORDER.compare(this, other);
    }
  }

  static Claim single(IpvsKey key, IpvsObject object, String owner) {
    return new Claim(new Place.Single(key), new Owner(false, owner), Map.of(key, object));
  }
}
