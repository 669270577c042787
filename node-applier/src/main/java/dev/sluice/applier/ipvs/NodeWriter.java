package dev.sluice.applier.ipvs;

import dev.sluice.applier.ipset.Element;
import dev.sluice.applier.ipset.IpsetException;
import dev.sluice.applier.ipset.SetDefinition;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDiff;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes a difference. What comes is written from the sets over the virtual servers to the
 * addresses, what goes the other way round, and all that comes before anything that goes: so each
 * packet finds either what was or what will be. Used by one thread.
 */
final class NodeWriter {
  private final NodeKernel kernel;
  private final IpFamily family;
  private final Marks marks;
  private final SortedMap<IpvsKey, String> refused = new TreeMap<>();

  NodeWriter(NodeKernel kernel, IpFamily family, Marks marks) {
    this.kernel = kernel;
    this.family = family;
    this.marks = marks;
  }

  /**
   * Writes it.
   *
   * @param installed what the difference starts from
   * @param idle what is idle by now; is kept up to date
   * @param until when what becomes idle goes in any case
   * @return the objects that the kernel refuses, with its reasons
   * @throws IOException if it is not known what the kernel has done
   */
  SortedMap<IpvsKey, String> write(
      Program<IpvsKey, IpvsObject> installed,
      ProgramDiff<IpvsKey, IpvsObject> diff,
      Idle idle,
      Instant until)
      throws IOException {
    refused.clear();
    Parts put = new Parts();
    diff.put().forEach(put::add);
    Parts removed = new Parts();
    diff.removed().forEach(key -> removed.add(key, installed.get(key).orElseThrow()));
    for (IpvsSet set : put.sets) {
      create(set);
    }
    for (Map.Entry<IpvsSet, Map<Element, Integer>> elements : put.elements.entrySet()) {
      add(elements.getKey(), elements.getValue());
    }
    ServerDiff servers = new ServerDiff(marks, idle, until);
    List<ServerKey> reopened = put.servers.keySet().stream().filter(idle::isClosing).toList();
    put.servers.forEach(
        (key, after) ->
            servers.put(
                key,
                installed.get(new IpvsKey.OfServer(key)).map(IpvsObject.Server.class::cast),
                after));
    write(servers.operations());
    change(put.addresses, true);
    removeServers(removed, installed, idle, until);
    removed.addresses.removeIf(address -> idle.keeps(new IpvsKey.OfVip(address)));
    change(removed.addresses, false);
    reopened.forEach(
        server -> Idle.remembered(server).forEach(key -> removed.add(key, IpvsObject.UNMARKED)));
    for (Map.Entry<IpvsSet, Map<Element, Integer>> elements : removed.elements.entrySet()) {
      IpvsSet set = elements.getKey();
      elements.getValue().keySet().removeIf(one -> idle.keeps(new IpvsKey.OfElement(set, one)));
      remove(set, elements.getValue());
    }
    return new TreeMap<>(refused);
  }

  /** Removes virtual servers; those that connections go through close instead. */
  private void removeServers(
      Parts removed, Program<IpvsKey, IpvsObject> installed, Idle idle, Instant until)
      throws IOException {
    ServerDiff gone = new ServerDiff(marks, idle, until);
    for (Map.Entry<ServerKey, IpvsObject.Server> server : removed.servers.entrySet()) {
      // one that is told by a mark would not be known for ours by a restart
      if (server.getKey() instanceof ServerKey.ToAddress key && gone.lingers(key) && inUse(key)) {
        for (IpvsKey remembered : Idle.remembered(key)) {
          add(remembered);
        }
        gone.close(key, server.getValue(), onDevice(key.address(), installed));
      } else {
        gone.remove(server.getKey());
      }
    }
    write(gone.operations());
  }

  /** A difference by kinds of objects. */
  private static final class Parts {
    final List<IpvsSet> sets = new ArrayList<>();
    final Map<IpvsSet, Map<Element, Integer>> elements = new EnumMap<>(IpvsSet.class);
    final List<IpAddress> addresses = new ArrayList<>();
    final SortedMap<ServerKey, IpvsObject.Server> servers = new TreeMap<>();

    void add(IpvsKey key, IpvsObject object) {
      switch (key) {
        case IpvsKey.OfSet(IpvsSet set) -> sets.add(set);
        case IpvsKey.OfElement(IpvsSet set, Element element) ->
            elements
                .computeIfAbsent(set, _ -> new HashMap<>())
                .put(element, ((IpvsObject.Mark) object).mark());
        case IpvsKey.OfVip(IpAddress address) -> addresses.add(address);
        case IpvsKey.OfServer(ServerKey server) -> servers.put(server, (IpvsObject.Server) object);
      }
    }
  }

  private boolean inUse(ServerKey server) throws IOException {
    return kernel.servers().destinations(server).stream()
        .anyMatch(destination -> destination.active() + destination.inactive() > 0);
  }

  /** The address, if it is the node's own by the device alone. */
  private static Set<IpAddress> onDevice(
      IpAddress address, Program<IpvsKey, IpvsObject> installed) {
    return installed.get(new IpvsKey.OfVip(address)).isPresent() ? Set.of(address) : Set.of();
  }

  private void add(IpvsKey key) throws IOException {
    if (key instanceof IpvsKey.OfElement(IpvsSet set, Element element)) {
      add(set, Map.of(element, 0));
    }
  }

  private void create(IpvsSet set) throws IOException {
    SetDefinition definition = set.definition(family);
    try {
      kernel.sets().create(definition);
    } catch (IpsetException e) {
      refused.put(new IpvsKey.OfSet(set), String.valueOf(e.getMessage()));
    }
  }

  private void add(IpvsSet set, Map<Element, Integer> elements) throws IOException {
    SetDefinition definition = set.definition(family);
    try {
      kernel.sets().add(definition, elements);
    } catch (IpsetException several) {
      for (Map.Entry<Element, Integer> element : elements.entrySet()) {
        try {
          kernel.sets().add(definition, Map.of(element.getKey(), element.getValue()));
        } catch (IpsetException one) {
          refused.put(
              new IpvsKey.OfElement(set, element.getKey()), String.valueOf(one.getMessage()));
        }
      }
    }
  }

  private void remove(IpvsSet set, Map<Element, Integer> elements) throws IOException {
    if (elements.isEmpty()) {
      return;
    }
    try {
      kernel.sets().remove(set.definition(family), elements.keySet());
    } catch (IpsetException e) {
      // all have been tried; which ones it was is seen when they are read back
      elements.keySet().stream()
          .sorted()
          .findFirst()
          .ifPresent(
              first ->
                  refused.put(new IpvsKey.OfElement(set, first), String.valueOf(e.getMessage())));
    }
  }

  private void write(List<Operation> operations) throws IOException {
    new ServerWriter(kernel.servers())
        .write(operations)
        .forEach((server, reason) -> refused.put(new IpvsKey.OfServer(server), reason));
  }

  private void change(List<IpAddress> addresses, boolean add) throws IOException {
    if (addresses.isEmpty()) {
      return;
    }
    var device = kernel.links().makeDummy(NodeKernel.DEVICE);
    var refusals =
        add ? kernel.links().add(device, addresses) : kernel.links().remove(device, addresses);
    refusals.forEach(
        one ->
            refused.put(
                new IpvsKey.OfVip(one.address()), String.valueOf(one.reason().getMessage())));
  }
}
