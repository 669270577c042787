package dev.sluice.applier.runtime;

import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.Backend.Facts;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ProxyMode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The program of a node by its fingerprints, and what of the node has shaped it.
 *
 * @param digests by family, as texts
 */
public record NodeProgram(ProxyMode mode, Map<String, String> digests, Facts facts) {
  public NodeProgram {
    digests = Collections.unmodifiableMap(new TreeMap<>(digests));
  }

  /** What the back ends have planned. */
  static NodeProgram of(ProxyMode mode, List<Backend> backends) {
    Map<String, String> digests = new TreeMap<>();
    Set<IpAddress> addresses = new TreeSet<>();
    for (Backend backend : backends) {
      IpFamily family = backend.family();
      digests.put(family.toString(), backend.digest().toString());
      // each reads the addresses by itself, and is shaped by those of its family
      backend.facts().addresses().stream()
          .filter(address -> address.family() == family)
          .forEach(addresses::add);
    }
    boolean randomFully = backends.stream().allMatch(backend -> backend.facts().randomFully());
    return new NodeProgram(mode, digests, new Facts(randomFully, addresses));
  }

  /** As a set's text, in order, for those who write it down. */
  public static String text(Set<IpAddress> addresses) {
    return addresses.stream().sorted().map(IpAddress::toString).collect(Collectors.joining(","));
  }
}
