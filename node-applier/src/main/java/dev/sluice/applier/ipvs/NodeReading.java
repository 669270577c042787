package dev.sluice.applier.ipvs;

import dev.sluice.applier.ipset.Element;
import dev.sluice.applier.ipset.Element.OfSocket;
import dev.sluice.applier.ipset.FoundSet;
import dev.sluice.applier.ipset.IpsetException;
import dev.sluice.applier.ipset.SetDefinition;
import dev.sluice.applier.netlink.Errno;
import dev.sluice.applier.program.Program;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what a kernel holds of ours in one family, part by part: the addresses, each set, the list
 * of virtual servers, and then some of them at a time. Used by one thread.
 */
final class NodeReading {
  /** Virtual servers whose destinations are read at once: some milliseconds. */
  private static final int SERVERS_AT_ONCE = 256;

  private final NodeReader reader;
  private final NodeKernel kernel;
  private final IpFamily family;
  private final Program<IpvsKey, IpvsObject> expected;
  private final Exclusions exclusions;
  private final Map<IpvsKey, IpvsObject> objects = new HashMap<>();
  private final Map<ServerKey, Set<RealServer>> idle = new HashMap<>();
  private final Deque<IpvsSet> sets = new ArrayDeque<>();
  private final Deque<Map.Entry<ServerKey, ServerSettings>> servers = new ArrayDeque<>();
  private Map<String, FoundSet> definitions = Map.of();
  private Set<IpAddress> others = Set.of();
  private Set<Integer> marks = Set.of();
  private Part next = Part.ADDRESSES;

  private enum Part {
    ADDRESSES,
    SETS,
    SERVERS,
    DESTINATIONS
  }

  NodeReading(
      NodeReader reader,
      NodeKernel kernel,
      IpFamily family,
      Program<IpvsKey, IpvsObject> expected,
      Exclusions exclusions) {
    this.reader = reader;
    this.kernel = kernel;
    this.family = family;
    this.expected = expected;
    this.exclusions = exclusions;
  }

  /**
   * Reads the next part.
   *
   * @return whether there is more
   */
  boolean step() throws IOException {
    switch (next) {
      case ADDRESSES -> {
        others = reader.readAddresses(objects);
        definitions = kernel.sets().definitions();
        sets.addAll(List.of(IpvsSet.values()));
        next = Part.SETS;
      }
      case SETS -> {
        readSet(sets.remove());
        next = sets.isEmpty() ? Part.SERVERS : Part.SETS;
      }
      case SERVERS -> {
        marks = marks(objects);
        servers.addAll(kernel.servers().servers(family).entrySet());
        next = Part.DESTINATIONS;
      }
      case DESTINATIONS -> {
        for (int i = 0; i < SERVERS_AT_ONCE && !servers.isEmpty(); i++) {
          readServer(servers.remove());
        }
      }
    }
    return next != Part.DESTINATIONS || !servers.isEmpty();
  }

  /** All that was read. */
  Found found() {
    return new Found(program(objects, expected), idle, others);
  }

  private void readSet(IpvsSet set) throws IOException {
    SetDefinition definition = set.definition(family);
    FoundSet found = definitions.get(definition.name());
    if (found == null || !found.serves(definition)) {
      return;
    }
    Map<Element, Integer> elements;
    try {
      elements = kernel.sets().elements(definition);
    } catch (IpsetException e) {
      if (e.is(Errno.ENOENT)) {
        return; // gone since the list was read
      }
      throw e;
    }
    objects.put(new IpvsKey.OfSet(set), IpvsObject.DEFINED);
    elements.forEach(
        (element, mark) ->
            objects.put(
                new IpvsKey.OfElement(set, element),
                mark == 0 ? IpvsObject.UNMARKED : new IpvsObject.Mark(mark)));
  }

  private void readServer(Map.Entry<ServerKey, ServerSettings> server) throws IOException {
    ServerKey key = server.getKey();
    Optional<IpvsObject> known = expected.get(new IpvsKey.OfServer(key));
    if (known.isEmpty()
        && !isRecorded(objects, key)
        && (!isOurs(objects, others, marks, key) || exclusions.contains(key))) {
      return;
    }
    List<RealServer> wanted =
        known.map(object -> ((IpvsObject.Server) object).destinations()).orElseGet(List::of);
    NodeReader.Destinations found = reader.destinations(key, wanted);
    objects.put(
        new IpvsKey.OfServer(key), new IpvsObject.Server(server.getValue(), found.serving()));
    if (!found.idle().isEmpty()) {
      idle.put(key, found.idle());
    }
  }

  /** Whether we have written down that we made it: then it is ours, in whatever range it is. */
  private static boolean isRecorded(Map<IpvsKey, IpvsObject> objects, ServerKey server) {
    return switch (server) {
      case ServerKey.ToAddress(var protocol, var address, int port) -> {
        OfSocket socket = new OfSocket(address, protocol, port);
        yield has(objects, IpvsSet.SERVERS, socket) || has(objects, IpvsSet.CLOSING, socket);
      }
      case ServerKey.Marked _ -> false;
    };
  }

  /**
   * Whether a virtual server that is not wanted is one that we, or kube-proxy before us, made: its
   * front end is in one of the sets, or its address on the device. Of node ports the sets have no
   * address, and it is one of the node's; at another one somebody else may have the same port.
   */
  private static boolean isOurs(
      Map<IpvsKey, IpvsObject> objects,
      Set<IpAddress> others,
      Set<Integer> marks,
      ServerKey server) {
    return switch (server) {
      case ServerKey.ToAddress(var protocol, var address, int port) -> {
        OfSocket socket = new OfSocket(address, protocol, port);
        IpvsSet nodePorts =
            switch (protocol) {
              case TCP -> IpvsSet.NODE_PORT_TCP;
              case UDP -> IpvsSet.NODE_PORT_UDP;
              case SCTP -> IpvsSet.NODE_PORT_SCTP_HASH;
            };
        Element nodePort =
            nodePorts == IpvsSet.NODE_PORT_SCTP_HASH ? socket : new Element.OfPort(port);
        yield objects.containsKey(new IpvsKey.OfVip(address))
            || has(objects, IpvsSet.EXTERNAL_IP, socket)
            || has(objects, IpvsSet.EXTERNAL_IP_LOCAL, socket)
            || has(objects, IpvsSet.LOAD_BALANCER, socket)
            || (others.contains(address) && has(objects, nodePorts, nodePort));
      }
      case ServerKey.Marked(var _, int mark) -> marks.contains(mark);
    };
  }

  private static Set<Integer> marks(Map<IpvsKey, IpvsObject> objects) {
    Set<Integer> marks = new HashSet<>();
    for (IpvsObject object : objects.values()) {
      if (object instanceof IpvsObject.Mark(int mark) && mark != 0) {
        marks.add(mark);
      }
    }
    return marks;
  }

  private static boolean has(Map<IpvsKey, IpvsObject> objects, IpvsSet set, Element element) {
    return objects.containsKey(new IpvsKey.OfElement(set, element));
  }

  /** From what was expected, so that what is as expected is not held twice. */
  private static Program<IpvsKey, IpvsObject> program(
      Map<IpvsKey, IpvsObject> objects, Program<IpvsKey, IpvsObject> expected) {
    Program<IpvsKey, IpvsObject> program = expected;
    for (IpvsKey key : expected.objects().keySet()) {
      if (!objects.containsKey(key)) {
        program = program.minus(key);
      }
    }
    for (Map.Entry<IpvsKey, IpvsObject> object : objects.entrySet()) {
      program = program.plus(object.getKey(), object.getValue());
    }
    return program;
  }
}
