package dev.sluice.applier.cli;

import dev.sluice.applier.program.Backend.Facts;
import dev.sluice.applier.runtime.NodeProgram;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ProxyMode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All that shapes a node's program besides the log, as options of {@code sluice plan}: what its
 * applier was told, and what it has found out about the node.
 *
 * @param localhost whether node ports on 127.0.0.1 come about, whatever was asked for
 * @param liberal whether the kernel takes TCP packets out of window for valid
 * @param families those that the kernel has
 */
record SettingsOptions(
    ProxyOptions proxy,
    IpvsFlags ipvs,
    boolean localhost,
    boolean liberal,
    List<IpFamily> families) {
  /** Long options with their values; those without a value are left out. */
  Map<String, String> of(NodeProgram program) {
    Map<String, String> options = new TreeMap<>();
    options.put("--detect-local-mode", proxy.detectLocal.toString());
    options.put(
        "--cluster-cidr",
        proxy.clusterCidrs.stream().map(Cidr::toString).collect(Collectors.joining(",")));
    options.put("--pod-bridge-interface", proxy.podBridge);
    options.put("--pod-interface-name-prefix", proxy.podInterfaces);
    options.put("--masquerade-all", Boolean.toString(proxy.masqueradeAll));
    options.put("--nodeport-addresses", String.join(",", proxy.nodePortAddresses));
    options.put("--iptables-localhost-nodeports", Boolean.toString(localhost));
    options.put("--iptables-masquerade-bit", Integer.toString(proxy.masqueradeBit));
    options.put("--conntrack-tcp-be-liberal", Boolean.toString(liberal));
    options.put("--iptables-random-fully", Boolean.toString(program.facts().randomFully()));
    if (program.mode() == ProxyMode.IPVS) {
      options.put("--ipvs-scheduler", ipvs.scheduler);
      options.put("--node-addresses", addresses(program.facts()));
    }
    if (families.size() == 1) {
      options.put("--family", families.getFirst().toString());
    }
    options.values().removeIf(String::isEmpty);
    return options;
  }

  /**
   * Without those from which and to which nothing is forwarded: every pod's link has one of its
   * own, and whenever a pod came or went the settings would be others.
   */
  private static String addresses(Facts facts) {
    Set<IpAddress> shaping =
        facts.addresses().stream()
            .filter(address -> !address.isLoopback() && !address.isLinkLocal())
            .collect(Collectors.toSet());
    return shaping.isEmpty() ? LocalAddressOptions.NONE : NodeProgram.text(shaping);
  }
}
