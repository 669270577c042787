package dev.sluice.applier.preparation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ProxyMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparationTest {
  private static final KernelModule RECENT =
      new KernelModule("xt_recent", List.of("ip_list_tot=10000"), "");
  private static final KernelModule SCTP = KernelModule.only("xt_sctp", "SCTP");
  private static final Sysctl FORWARD = Sysctl.net("ipv4/ip_forward", 1);
  private static final Sysctl MAX = Sysctl.netAtLeast("netfilter/nf_conntrack_max", 131_072);

  @TempDir Path root = Path.of("");
  private final List<String> lines = new ArrayList<>();
  private final List<List<String>> probed = new ArrayList<>();

  @BeforeEach
  void aKernelWithModules() throws IOException {
    Files.createDirectories(root.resolve("sys/module/nf_conntrack"));
    Files.createDirectories(root.resolve("proc/sys/net/ipv4"));
    Files.createDirectories(root.resolve("proc/sys/net/netfilter"));
    Files.createFile(root.resolve("proc/modules"));
    Files.writeString(root.resolve("proc/sys/net/ipv4/ip_forward"), "0\n");
    Files.writeString(root.resolve("proc/sys/net/netfilter/nf_conntrack_max"), "262144\n");
  }

  private Preparation preparation(boolean dryRun) {
    ModuleLoader.Modprobe modprobe =
        words -> {
          probed.add(words);
          return words.getFirst().equals("xt_recent")
              ? Optional.empty()
              : Optional.of("not found in directory /lib/modules");
        };
    return new Preparation(
        new ModuleLoader(root, modprobe), new SysctlFiles(root), dryRun, lines::add);
  }

  @Test
  void loadsAndSetsWhatDiffersAndTellsEach() {
    Preparation preparation = preparation(false);
    preparation.load(KernelModule.of("nf_conntrack"));
    preparation.load(RECENT);
    preparation.set(FORWARD);
    preparation.set(MAX);

    assertThat(probed).containsExactly(List.of("xt_recent", "ip_list_tot=10000"));
    assertThat(root.resolve("proc/sys/net/ipv4/ip_forward")).hasContent("1");
    assertThat(lines)
        .containsExactly(
            "module nf_conntrack: there",
            "module xt_recent: loaded ip_list_tot=10000",
            "sysctl net.ipv4.ip_forward = 1: set, it was 0",
            "sysctl net.netfilter.nf_conntrack_max >= 131072: it is 262144");
    assertThat(preparation.missing()).isEmpty();
    assertThat(preparation.summary())
        .isEqualTo("2 changed, 2 as wanted, 0 not needed by all, 0 missing");
  }

  @Test
  void namesWhatIsMissingButNotWhatOnlySomeNeed() {
    Preparation preparation = preparation(false);
    preparation.load(SCTP);
    preparation.load(KernelModule.of("ip_vs"));
    preparation.set(Sysctl.net("ipv4/vs/conntrack", 1));

    assertThat(preparation.missing())
        .containsExactly("module ip_vs", "sysctl net.ipv4.vs.conntrack = 1");
    assertThat(lines)
        .contains(
            "module xt_sctp: not loaded, only SCTP needs it: not found in directory /lib/modules");
  }

  @Test
  void whatIsBuiltInIsThereThoughModprobeDoesNotKnowIt() throws IOException {
    Files.createDirectories(root.resolve("proc/net"));
    Files.writeString(root.resolve("proc/net/ip_tables_matches"), "comment\ntcp\nudp\n");
    Files.writeString(root.resolve("proc/net/ip_tables_targets"), "REJECT\nDNAT\n");
    Preparation preparation = preparation(false);

    for (String module : List.of("xt_comment", "xt_tcpudp", "xt_nat", "ipt_REJECT")) {
      preparation.load(KernelModule.of(module));
    }
    preparation.load(KernelModule.of("ip6t_REJECT"));
    preparation.load(KernelModule.of("xt_mark"));

    assertThat(lines).contains("module xt_comment: there", "module ipt_REJECT: there");
    assertThat(preparation.missing()).containsExactly("module ip6t_REJECT", "module xt_mark");
  }

  @Test
  void aDryRunChangesNothing() {
    Preparation preparation = preparation(true);
    preparation.load(RECENT);
    preparation.set(FORWARD);
    preparation.set(Sysctl.net("ipv4/vs/conntrack", 1));

    assertThat(probed).isEmpty();
    assertThat(root.resolve("proc/sys/net/ipv4/ip_forward")).hasContent("0\n");
    assertThat(lines.subList(0, 2))
        .containsExactly(
            "module xt_recent: would be loaded ip_list_tot=10000",
            "sysctl net.ipv4.ip_forward = 1: would be set, it was 0");
    assertThat(preparation.missing()).isEmpty();
  }

  @Test
  void aKernelThatTakesNoModulesHasThemBuiltInOrNotAtAll() throws IOException {
    Files.delete(root.resolve("proc/modules"));
    Preparation preparation = preparation(false);

    preparation.load(RECENT);

    assertThat(probed).isEmpty();
    assertThat(lines)
        .containsExactly("module xt_recent: not loaded, as this kernel takes no modules");
  }

  @Test
  void eachModeHasItsModules() {
    List<IpFamily> both = List.of(IpFamily.values());

    List<KernelModule> nft =
        KernelModules.of(Optional.of(ProxyMode.IPTABLES), false, List.of(IpFamily.IPV4), "rr");
    List<KernelModule> ipvs = KernelModules.of(Optional.of(ProxyMode.IPVS), true, both, "sh");
    List<KernelModule> auto = KernelModules.of(Optional.empty(), true, both, "rr");

    assertThat(nft)
        .extracting(KernelModule::name)
        .contains("nf_tables", "nft-chain-2-nat", "xt_recent")
        .doesNotContain("ip_vs", "iptable_nat", "nft-chain-10-nat", "ip6t_REJECT");
    assertThat(ipvs)
        .extracting(KernelModule::name)
        .contains("ip_vs_sh", "xt_set", "dummy", "iptable_nat", "ip6table_nat")
        .doesNotContain("nf_tables", "xt_recent");
    assertThat(auto.stream().filter(KernelModule::optional).map(KernelModule::name))
        .contains("ip_vs", "ip_vs_rr", "xt_set", "xt_sctp")
        .doesNotContain("xt_recent", "nf_conntrack");
  }
}
