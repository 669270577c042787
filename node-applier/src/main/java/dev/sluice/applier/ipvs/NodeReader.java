package dev.sluice.applier.ipvs;

import dev.sluice.applier.ipset.Element;
import dev.sluice.applier.ipset.Element.OfSocket;
import dev.sluice.applier.ipset.FoundSet;
import dev.sluice.applier.ipset.SetDefinition;
import dev.sluice.applier.netlink.InterfaceAddress;
import dev.sluice.applier.netlink.Link;
import dev.sluice.applier.program.Program;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what a kernel holds of ours in one family. Used by one thread. */
public final class NodeReader {
  private static final int OUR_WEIGHT = 1;

  private final NodeKernel kernel;
  private final IpFamily family;

  public NodeReader(NodeKernel kernel, IpFamily family) {
    this.kernel = kernel;
    this.family = family;
  }

  /**
   * Reads all.
   *
   * @param expected what is thought to be there; its virtual servers count as ours anyhow
   * @param exclusions whose virtual servers are not taken for ours for how they look
   */
  public Found read(Program<IpvsKey, IpvsObject> expected, Exclusions exclusions)
      throws IOException {
    Map<IpvsKey, IpvsObject> objects = new HashMap<>();
    Set<IpAddress> others = readAddresses(objects);
    readSets(objects);
    Set<Integer> marks = marks(objects);
    Map<ServerKey, Set<RealServer>> idle = new HashMap<>();
    for (Map.Entry<ServerKey, ServerSettings> server :
        kernel.servers().servers(family).entrySet()) {
      ServerKey key = server.getKey();
      if (expected.get(new IpvsKey.OfServer(key)).isPresent()
          || isRecorded(objects, key)
          || (isOurs(objects, others, marks, key) && !exclusions.contains(key))) {
        Destinations found = destinations(key);
        objects.put(
            new IpvsKey.OfServer(key), new IpvsObject.Server(server.getValue(), found.serving()));
        if (!found.idle().isEmpty()) {
          idle.put(key, found.idle());
        }
      }
    }
    return new Found(program(objects, expected), idle, others);
  }

  /** The addresses of both families, but for those of the device with Services' addresses. */
  Set<IpAddress> addresses() throws IOException {
    return readAddresses(new HashMap<>());
  }

  /**
   * A virtual server's destinations.
   *
   * @param serving in order
   */
  record Destinations(List<RealServer> serving, Set<RealServer> idle) {}

  Destinations destinations(ServerKey server) throws IOException {
    List<RealServer> serving = new ArrayList<>();
    Set<RealServer> idle = new HashSet<>();
    for (FoundDestination found : kernel.servers().destinations(server)) {
      if (found.weight() == OUR_WEIGHT) {
        serving.add(found.server());
      } else {
        idle.add(found.server());
      }
    }
    serving.sort(null);
    return new Destinations(serving, idle);
  }

  private Set<IpAddress> readAddresses(Map<IpvsKey, IpvsObject> objects) throws IOException {
    Optional<Link> device = kernel.links().find(NodeKernel.DEVICE);
    Set<IpAddress> others = new HashSet<>();
    for (InterfaceAddress found : kernel.links().addresses()) {
      if (device.filter(link -> link.index() == found.link()).isEmpty()) {
        others.add(found.address());
      } else if (found.address().family() == family) {
        objects.put(new IpvsKey.OfVip(found.address()), IpvsObject.PRESENT);
      }
    }
    return others;
  }

  private void readSets(Map<IpvsKey, IpvsObject> objects) throws IOException {
    Map<String, FoundSet> sets = kernel.sets().definitions();
    for (IpvsSet set : IpvsSet.values()) {
      SetDefinition definition = set.definition(family);
      FoundSet found = sets.get(definition.name());
      if (found != null && found.serves(definition)) {
        objects.put(new IpvsKey.OfSet(set), IpvsObject.DEFINED);
        for (Map.Entry<Element, Integer> element : kernel.sets().elements(definition).entrySet()) {
          objects.put(
              new IpvsKey.OfElement(set, element.getKey()),
              element.getValue() == 0
                  ? IpvsObject.UNMARKED
                  : new IpvsObject.Mark(element.getValue()));
        }
      }
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
