package dev.sluice.applier.preparation;

import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ProxyMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which modules the modes use. Names are those that the kernel itself asks modprobe for, so that
 * they lead to the right file in any version. Pure.
 */
public final class KernelModules {
  /** How many clients the recent match should remember for each endpoint; 100 by default. */
  public static final int RECENT_CLIENTS = 10_000;

  private static final List<String> CONNTRACK =
      List.of("nf_conntrack", "nf_conntrack_netlink", "nf_nat");

  private static final List<String> MATCHES =
      List.of("xt_comment", "xt_conntrack", "xt_mark", "xt_addrtype", "xt_tcpudp");

  private static final List<String> SETS =
      List.of(
          "ip_set",
          "ip_set_bitmap_port",
          "ip_set_hash_ip",
          "ip_set_hash_ipport",
          "ip_set_hash_ipportip",
          "ip_set_hash_ipportnet",
          "xt_set");

  private KernelModules() {}

  /**
   * What is wanted.
   *
   * @param mode empty: auto, which needs what iptables needs, and what IPVS needs for IPVS alone
   * @param legacy whether the tools are those of iptables-legacy; or else of iptables-nft
   * @param families those that the kernel has
   * @param scheduler of IPVS
   */
  public static List<KernelModule> of(
      Optional<ProxyMode> mode, boolean legacy, Collection<IpFamily> families, String scheduler) {
    List<KernelModule> modules = new ArrayList<>(common(legacy, families));
    if (mode.isEmpty() || mode.get() == ProxyMode.IPTABLES) {
      modules.addAll(iptables());
    }
    if (mode.isEmpty() || mode.get() == ProxyMode.IPVS) {
      ipvs(scheduler)
          .map(module -> mode.isEmpty() ? module.optional("mode ipvs") : module)
          .forEach(modules::add);
    }
    Map<String, KernelModule> byName = new LinkedHashMap<>();
    modules.forEach(module -> byName.putIfAbsent(module.name(), module));
    return List.copyOf(byName.values());
  }

  private static List<KernelModule> common(boolean legacy, Collection<IpFamily> families) {
    List<KernelModule> modules = new ArrayList<>();
    CONNTRACK.forEach(name -> modules.add(KernelModule.of(name)));
    if (legacy) {
      families.forEach(family -> modules.addAll(tables(family)));
    } else {
      modules.add(KernelModule.of("nf_tables"));
      modules.add(KernelModule.of("nft_compat"));
      // of both families since 5.2; nft_chain_nat_ipv4 and _ipv6 before
      families.forEach(
          family -> modules.add(KernelModule.of("nft-chain-" + number(family) + "-nat")));
    }
    MATCHES.forEach(name -> modules.add(KernelModule.of(name)));
    modules.add(KernelModule.only("xt_sctp", "SCTP"));
    for (IpFamily family : families) {
      String prefix = family == IpFamily.IPV4 ? "ipt_" : "ip6t_";
      modules.add(KernelModule.of(prefix + "REJECT"));
      modules.add(KernelModule.of(prefix + "MASQUERADE"));
    }
    return modules;
  }

  /** The number by which the kernel calls a family where it asks for a module. */
  private static int number(IpFamily family) {
    return family == IpFamily.IPV4 ? 2 : 10;
  }

  private static List<KernelModule> tables(IpFamily family) {
    String prefix = family == IpFamily.IPV4 ? "ip" : "ip6";
    return Stream.of("_tables", "table_mangle", "table_filter", "table_nat")
        .map(name -> KernelModule.of(prefix + name))
        .toList();
  }

  private static List<KernelModule> iptables() {
    return List.of(
        KernelModule.of("xt_nat"),
        KernelModule.of("xt_statistic"),
        new KernelModule("xt_recent", List.of("ip_list_tot=" + RECENT_CLIENTS), ""));
  }

  private static Stream<KernelModule> ipvs(String scheduler) {
    return Stream.of(List.of("ip_vs", "ip_vs_" + scheduler), SETS, List.of("xt_ipvs", "dummy"))
        .flatMap(List::stream)
        .map(KernelModule::of);
  }
}
