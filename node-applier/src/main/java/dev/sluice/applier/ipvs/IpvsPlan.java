package dev.sluice.applier.ipvs;

import dev.sluice.applier.forwarding.Packet;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.ipset.Element;
import dev.sluice.applier.ipset.SetDefinition;
import dev.sluice.applier.ipset.SetType;
import dev.sluice.applier.iptables.ChainNames;
import dev.sluice.applier.iptables.IptablesKey;
import dev.sluice.applier.iptables.IptablesPlan;
import dev.sluice.applier.program.Plan;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDigest;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one family's IPVS, its sets, its device and its rules would hold, without a kernel. Pure.
 */
public record IpvsPlan(
    IpFamily family, Program<IpvsKey, IpvsObject> program, Program<IptablesKey, String> rules)
    implements Plan {
  /** Plans for these Services, on a node whose tool knows {@code --random-fully}. */
  public static IpvsPlan of(
      IpFamily family,
      IpvsOptions options,
      NodeFacts node,
      Map<ServiceName, List<VirtualServer>> servers) {
    return of(family, options, true, node, servers);
  }

  /** Plans for these Services. */
  public static IpvsPlan of(
      IpFamily family,
      IpvsOptions options,
      boolean randomFully,
      NodeFacts node,
      Map<ServiceName, List<VirtualServer>> servers) {
    IpvsCompiler compiler = new IpvsCompiler(family, options);
    return new IpvsPlan(
        family,
        compiler.update(compiler.start(node), node, servers).program(),
        IpvsRules.program(family, options, randomFully, node.policy()));
  }

  @Override
  public ProgramDigest digest() {
    return program.digest().plus(rules.digest());
  }

  private int size() {
    return program.size() + rules.size();
  }

  /** Parts that the usual tools take as they are, each after a line that names the tool. */
  @Override
  public String text() {
    StringBuilder text =
        new StringBuilder("# %s: %d objects\n# digest: %s\n".formatted(family, size(), digest()));
    SortedMap<IpvsKey, IpvsObject> objects = new TreeMap<>(program.objects());
    text.append("# ipset restore\n");
    objects.forEach((key, object) -> setLine(text, key, object));
    text.append("# ip -batch -\nlink add " + NodeKernel.DEVICE + " type dummy\n");
    objects.keySet().forEach(key -> addressLine(text, key));
    String tool = family == IpFamily.IPV4 ? "iptables" : "ip6tables";
    text.append("# " + tool + "-restore --noflush\n").append(IptablesPlan.script(rules));
    text.append("# ipvsadm --restore\n");
    objects.forEach((key, object) -> serverLines(text, key, object));
    return text.toString();
  }

  private void setLine(StringBuilder text, IpvsKey key, IpvsObject object) {
    switch (key) {
      case IpvsKey.OfSet(IpvsSet set) -> {
        String of =
            set.type() == SetType.BITMAP_PORT
                ? set.type() + " range 0-65535"
                : set.definition(family) + " maxelem " + SetDefinition.MOST_ELEMENTS;
        text.append("create " + set.name(family) + " " + of + "\n");
      }
      case IpvsKey.OfElement(IpvsSet set, Element element) -> {
        int mark = ((IpvsObject.Mark) object).mark();
        text.append("add " + set.name(family) + " " + element);
        text.append(mark == 0 ? "\n" : " skbmark 0x%x/0xffffffff\n".formatted(mark));
      }
      case IpvsKey.OfVip _, IpvsKey.OfServer _ -> {}
    }
  }

  private static void addressLine(StringBuilder text, IpvsKey key) {
    if (key instanceof IpvsKey.OfVip(IpAddress address)) {
      text.append("address add " + Cidr.of(address) + " dev " + NodeKernel.DEVICE);
      text.append(address.family() == IpFamily.IPV6 ? " nodad\n" : "\n");
    }
  }

  private static void serverLines(StringBuilder text, IpvsKey key, IpvsObject object) {
    if (key instanceof IpvsKey.OfServer(ServerKey server)
        && object instanceof IpvsObject.Server(var settings, var destinations)) {
      String name = ipvsadm(server);
      text.append("-A " + name + " -s " + settings.scheduler());
      int persistence = settings.persistenceSeconds();
      text.append(persistence == 0 ? "" : " -p " + persistence);
      // the only flag that is ever set, as the tool calls it
      text.append(settings.flags() == 0 ? "\n" : " -b mh-port\n");
      for (RealServer destination : destinations) {
        text.append("-a " + name + " -r " + destination + " -m -w 1\n");
      }
    }
  }

  private static String ipvsadm(ServerKey server) {
    return switch (server) {
      case ServerKey.ToAddress(var protocol, var address, int port) -> {
        String option =
            switch (protocol) {
              case TCP -> "-t ";
              case UDP -> "-u ";
              case SCTP -> "--sctp-service ";
            };
        yield option + address.withPort(port);
      }
      case ServerKey.Marked(var family, int mark) ->
          "-f " + Integer.toUnsignedString(mark) + (family == IpFamily.IPV6 ? " -6" : "");
    };
  }

  /** An object in the lines that make it, as the text has them. */
  List<String> lines(IpvsKey key, IpvsObject object) {
    StringBuilder text = new StringBuilder();
    setLine(text, key, object);
    addressLine(text, key);
    serverLines(text, key, object);
    return text.toString().lines().toList();
  }

  /**
   * Where to look for what becomes of a packet: the virtual servers that it may meet, the sets that
   * have its destination, and the chains that ask sets, each as {@code table chain}.
   */
  public List<String> places(Packet packet) {
    Element.OfSocket socket =
        new Element.OfSocket(packet.destination(), packet.protocol(), packet.port());
    List<String> places = new ArrayList<>();
    for (Map.Entry<IpvsKey, IpvsObject> object : new TreeMap<>(program.objects()).entrySet()) {
      switch (object.getKey()) {
        case IpvsKey.OfElement(IpvsSet set, Element element) when element.equals(socket) -> {
          places.add("set " + set.name(family));
          if (object.getValue() instanceof IpvsObject.Mark(int mark) && mark != 0) {
            places.add("ipvs " + new ServerKey.Marked(family, mark));
          }
        }
        case IpvsKey.OfServer(ServerKey server)
            when server.equals(
                new ServerKey.ToAddress(packet.protocol(), packet.destination(), packet.port())) ->
            places.add("ipvs " + server);
        default -> {}
      }
    }
    rules.objects().keySet().stream()
        .filter(key -> key instanceof IptablesKey.ChainKey chain && !isCanary(chain))
        .map(IptablesKey::toString)
        .sorted()
        .forEach(places::add);
    return places;
  }

  private static boolean isCanary(IptablesKey.ChainKey chain) {
    return chain.chain().equals(ChainNames.CANARY);
  }

  /** The same as a tree for JSON: sets with elements, addresses, virtual servers, and the rules. */
  @Override
  public Map<String, Object> tree() {
    SortedMap<String, List<String>> sets = new TreeMap<>();
    List<String> addresses = new ArrayList<>();
    SortedMap<String, Object> servers = new TreeMap<>();
    for (Map.Entry<IpvsKey, IpvsObject> object : new TreeMap<>(program.objects()).entrySet()) {
      switch (object.getKey()) {
        case IpvsKey.OfSet(IpvsSet set) -> sets.put(set.name(family), new ArrayList<>());
        case IpvsKey.OfElement(IpvsSet set, Element element) -> {
          String mark =
              object.getValue().equals(IpvsObject.UNMARKED) ? "" : " " + object.getValue();
          sets.computeIfAbsent(set.name(family), _ -> new ArrayList<>()).add(element + mark);
        }
        case IpvsKey.OfVip(IpAddress address) -> addresses.add(address.toString());
        case IpvsKey.OfServer(ServerKey server) ->
            servers.put(server.toString(), tree((IpvsObject.Server) object.getValue()));
      }
    }
    SortedMap<String, Object> tree = new TreeMap<>(IptablesPlan.tables(rules));
    tree.put("family", family.toString());
    tree.put("digest", digest().toString());
    tree.put("sets", sets);
    tree.put("addresses", addresses);
    tree.put("servers", servers);
    return tree;
  }

  private static Map<String, Object> tree(IpvsObject.Server server) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("scheduler", server.settings().scheduler());
    tree.put("persistenceSeconds", server.settings().persistenceSeconds());
    tree.put("destinations", server.destinations().stream().map(RealServer::toString).toList());
    return tree;
  }
}
