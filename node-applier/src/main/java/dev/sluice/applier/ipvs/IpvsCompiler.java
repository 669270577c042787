package dev.sluice.applier.ipvs;

import dev.sluice.applier.forwarding.ServicePortName;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.program.Program;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePSet;

/**
 * From forwarding to what IPVS, its sets and its device hold in one family. Pure: a compilation is
 * immutable, and one of changed Services is made from the one before at the cost of the change.
 */
public final class IpvsCompiler {
  private final IpFamily family;
  private final String scheduler;
  private final Marks marks;

  public IpvsCompiler(IpFamily family, IpvsOptions options) {
    this.family = family;
    scheduler = options.scheduler();
    marks = options.marks();
  }

  /**
   * A program with what it takes to change it.
   *
   * @param services what each Service has and claims
   * @param marked the Service ports that have a virtual server by mark
   * @param marks the mark of each of them
   */
  public record Compilation(
      NodeFacts node,
      PMap<ServiceName, Compiled> services,
      TreePSet<ServicePortName> marked,
      Map<ServicePortName, Integer> marks,
      Claims claims) {
    public Program<IpvsKey, IpvsObject> program() {
      return claims.program();
    }

    /** The keys whose objects may differ from those of the compilation before. */
    public Set<IpvsKey> changed() {
      return claims.changed();
    }
  }

  /**
   * A Service.
   *
   * @param servers of this family
   */
  public record Compiled(List<VirtualServer> servers, List<Claim> claims) {
    private static final Compiled NOTHING = new Compiled(List.of(), List.of());
  }

  /** The compilation of no Service at all. */
  public Compilation start(NodeFacts node) {
    Program<IpvsKey, IpvsObject> program = Program.empty();
    for (IpvsSet set : IpvsSet.values()) {
      program = program.plus(new IpvsKey.OfSet(set), IpvsObject.DEFINED);
    }
    return new Compilation(
        node, HashTreePMap.empty(), TreePSet.empty(), Map.of(), Claims.over(program));
  }

  /**
   * The compilation after some Services have changed, or the node.
   *
   * @param changed the virtual servers of each changed Service, of either family; none where it is
   *     gone
   */
  public Compilation update(
      Compilation before, NodeFacts node, Map<ServiceName, List<VirtualServer>> changed) {
    Map<ServiceName, List<VirtualServer>> due = new HashMap<>();
    if (!node.equals(before.node)) {
      before.services.forEach((name, compiled) -> due.put(name, compiled.servers()));
    }
    changed.forEach((name, servers) -> due.put(name, ofFamily(servers)));
    TreePSet<ServicePortName> marked = marked(before, due);
    Map<ServicePortName, Integer> assigned = before.marks;
    if (!marked.equals(before.marked)) {
      assigned = marks.assign(new TreeSet<>(marked));
      addRemarked(due, before, assigned);
    }
    return replace(before, node, marked, assigned, due);
  }

  private List<VirtualServer> ofFamily(List<VirtualServer> servers) {
    return servers.stream().filter(server -> server.family() == family).toList();
  }

  private static TreePSet<ServicePortName> marked(
      Compilation before, Map<ServiceName, List<VirtualServer>> due) {
    TreePSet<ServicePortName> marked = before.marked;
    for (Map.Entry<ServiceName, List<VirtualServer>> service : due.entrySet()) {
      Compiled old = before.services.getOrDefault(service.getKey(), Compiled.NOTHING);
      marked = marked.minusAll(names(old.servers())).plusAll(names(service.getValue()));
    }
    return marked;
  }

  private static Collection<ServicePortName> names(List<VirtualServer> servers) {
    Set<ServicePortName> names = new HashSet<>();
    for (VirtualServer server : servers) {
      if (ServiceClaims.shortCircuit(server)) {
        names.add(server.name());
      }
    }
    return names;
  }

  /**
   * Services that have not changed, but whose mark has: another's that had the same came or went.
   */
  private static void addRemarked(
      Map<ServiceName, List<VirtualServer>> due,
      Compilation before,
      Map<ServicePortName, Integer> marks) {
    before.marks.forEach(
        (name, mark) -> {
          Compiled compiled = before.services.getOrDefault(name.service(), Compiled.NOTHING);
          if (!Optional.of(mark).equals(Optional.ofNullable(marks.get(name)))) {
            due.putIfAbsent(name.service(), compiled.servers());
          }
        });
  }

  private Compilation replace(
      Compilation before,
      NodeFacts node,
      TreePSet<ServicePortName> marked,
      Map<ServicePortName, Integer> assigned,
      Map<ServiceName, List<VirtualServer>> due) {
    PMap<ServiceName, Compiled> services = before.services;
    List<Claim> gone = new ArrayList<>();
    List<Claim> come = new ArrayList<>();
    for (Map.Entry<ServiceName, List<VirtualServer>> service : due.entrySet()) {
      ServiceName name = service.getKey();
      List<VirtualServer> servers = service.getValue();
      List<Claim> claims = ServiceClaims.of(servers, family, node, scheduler, assigned);
      gone.addAll(before.services.getOrDefault(name, Compiled.NOTHING).claims());
      come.addAll(claims);
      services =
          servers.isEmpty()
              ? services.minus(name)
              : services.plus(name, new Compiled(servers, claims));
    }
    return new Compilation(node, services, marked, assigned, before.claims.replace(gone, come));
  }
}
