package dev.sluice.applier.ipvs;

import dev.sluice.applier.ipset.Element;
import dev.sluice.applier.program.Program;
import dev.sluice.events.model.IpAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is no longer wanted, but stays until its connections have ended: destinations that get no
 * new ones, virtual servers with nothing but such destinations, and the addresses by which those
 * are reached. For one thread.
 */
final class Idle {
  private final Map<ServerKey, Map<RealServer, Instant>> destinations = new HashMap<>();
  private final Map<ServerKey, Closing> closing = new HashMap<>();

  /** A virtual server that goes with its last destination. */
  private record Closing(IpvsObject.Server server, Set<IpAddress> addresses) {}

  /**
   * A destination has become idle.
   *
   * @param until when it goes in any case
   */
  void put(ServerKey server, RealServer destination, Instant until) {
    destinations.computeIfAbsent(server, _ -> new HashMap<>()).put(destination, until);
  }

  boolean contains(ServerKey server, RealServer destination) {
    return of(server).containsKey(destination);
  }

  /** The idle destinations of a virtual server, each with the time when it goes in any case. */
  Map<RealServer, Instant> of(ServerKey server) {
    return Map.copyOf(destinations.getOrDefault(server, Map.of()));
  }

  /** A destination has gone, or serves again. */
  void remove(ServerKey server, RealServer destination) {
    Map<RealServer, Instant> left = destinations.getOrDefault(server, new HashMap<>());
    left.remove(destination);
    if (left.isEmpty()) {
      destinations.remove(server);
    }
  }

  /** A virtual server has gone, with all of its destinations. */
  void remove(ServerKey server) {
    destinations.remove(server);
    closing.remove(server);
  }

  /**
   * A virtual server that is no longer wanted stays until its last destination goes.
   *
   * @param addresses by which it is reached, of those on the device
   */
  void close(ServerKey server, ServerSettings settings, Set<IpAddress> addresses) {
    closing.put(server, new Closing(new IpvsObject.Server(settings, List.of()), addresses));
  }

  /** It is wanted again. */
  void reopen(ServerKey server) {
    closing.remove(server);
  }

  boolean isClosing(ServerKey server) {
    return closing.containsKey(server);
  }

  /** Whether nothing waits. */
  boolean isEmpty() {
    return destinations.isEmpty() && closing.isEmpty();
  }

  /** The virtual servers that something of waits. */
  List<ServerKey> servers() {
    Set<ServerKey> all = new HashSet<>(destinations.keySet());
    all.addAll(closing.keySet());
    return List.copyOf(all);
  }

  /**
   * Takes what was found for what there is; what was known to wait keeps its time.
   *
   * @param until when those go that were not known
   */
  void retain(Map<ServerKey, Set<RealServer>> found, Instant until) {
    Map<ServerKey, Map<RealServer, Instant>> known = new HashMap<>(destinations);
    destinations.clear();
    found.forEach(
        (server, idle) ->
            idle.forEach(
                one ->
                    put(
                        server,
                        one,
                        known.getOrDefault(server, Map.of()).getOrDefault(one, until))));
    closing.keySet().retainAll(found.keySet());
  }

  /** All idle destinations. */
  Map<ServerKey, Set<RealServer>> all() {
    Map<ServerKey, Set<RealServer>> all = new HashMap<>();
    destinations.forEach((server, idle) -> all.put(server, Set.copyOf(idle.keySet())));
    return all;
  }

  /**
   * Takes what was found of one virtual server for what there is, as {@link #retain}.
   *
   * @return objects that may go by it, since nothing is left to wait for
   */
  List<IpvsKey> found(ServerKey server, Set<RealServer> idle, Instant until) {
    Map<RealServer, Instant> known = of(server);
    destinations.remove(server);
    idle.forEach(one -> put(server, one, known.getOrDefault(one, until)));
    if (!isClosing(server) || !idle.isEmpty()) {
      return List.of();
    }
    List<IpvsKey> released = new ArrayList<>(remembered(server));
    addresses(server).forEach(address -> released.addAll(addressed(address)));
    remove(server);
    return released;
  }

  void clear() {
    destinations.clear();
    closing.clear();
  }

  /** Whether an object stays for what is closing. */
  boolean keeps(IpvsKey key) {
    return switch (key) {
      case IpvsKey.OfServer(ServerKey server) -> closing.containsKey(server);
      case IpvsKey.OfVip(IpAddress address) -> keeps(address);
      case IpvsKey.OfElement(IpvsSet set, Element.OfAddress(IpAddress address)) ->
          set == IpvsSet.IPVS_IPS && keeps(address);
      case IpvsKey.OfElement(IpvsSet set, Element.OfSocket socket) ->
          set == IpvsSet.CLOSING
              && closing.containsKey(
                  new ServerKey.ToAddress(socket.protocol(), socket.address(), socket.port()));
      case IpvsKey.OfElement _, IpvsKey.OfSet _ -> false;
    };
  }

  private boolean keeps(IpAddress address) {
    return closing.values().stream().anyMatch(one -> one.addresses().contains(address));
  }

  /** A program with all that stays besides; what it has itself is wanted, and as it says. */
  Program<IpvsKey, IpvsObject> with(Program<IpvsKey, IpvsObject> desired) {
    Program<IpvsKey, IpvsObject> all = desired;
    for (Map.Entry<ServerKey, Closing> each : closing.entrySet()) {
      all = with(all, new IpvsKey.OfServer(each.getKey()), each.getValue().server());
      for (IpvsKey key : remembered(each.getKey())) {
        all = with(all, key, IpvsObject.UNMARKED);
      }
      for (IpAddress address : each.getValue().addresses()) {
        for (IpvsKey key : addressed(address)) {
          all =
              with(
                  all,
                  key,
                  key instanceof IpvsKey.OfVip ? IpvsObject.PRESENT : IpvsObject.UNMARKED);
        }
      }
    }
    return all;
  }

  private static Program<IpvsKey, IpvsObject> with(
      Program<IpvsKey, IpvsObject> program, IpvsKey key, IpvsObject object) {
    return program.get(key).isPresent() ? program : program.plus(key, object);
  }

  /** The objects by which a restart knows a virtual server that is closing for ours. */
  static List<IpvsKey> remembered(ServerKey server) {
    return switch (server) {
      case ServerKey.ToAddress(var protocol, var address, int port) ->
          List.of(
              new IpvsKey.OfElement(
                  IpvsSet.CLOSING, new Element.OfSocket(address, protocol, port)));
      // never closing
      case ServerKey.Marked _ -> List.of();
    };
  }

  /** The objects that make an address the node's own. */
  static List<IpvsKey> addressed(IpAddress address) {
    return List.of(
        new IpvsKey.OfVip(address),
        new IpvsKey.OfElement(IpvsSet.IPVS_IPS, new Element.OfAddress(address)));
  }

  /** The addresses by which a closing virtual server is reached; none if it isn't one. */
  Set<IpAddress> addresses(ServerKey server) {
    Closing found = closing.get(server);
    return found == null ? Set.of() : found.addresses();
  }
}
