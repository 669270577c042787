package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.model.IpFamily;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.lab.OpenConnections;
import dev.sluice.local.lab.OpenConnections.Repeater;
import dev.sluice.local.lab.Pod;
import dev.sluice.local.lab.ProbeResult;
import dev.sluice.local.lab.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What is left on a node that changes hands, as deploy/docs/migrate.md tells it. */
@KernelTest
@RunsOn({BackEnd.IPTABLES_LEGACY, BackEnd.IPTABLES_NFT})
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class LeftBehindTest {
  private static final Pattern CHAIN = Pattern.compile("(?m)^:(\\S+)");
  private static final Set<String> BUILT_IN =
      Set.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING");

  /** What kube-proxy has in nftables mode, in short. */
  private static final String NFTABLES_MODE =
      """
      table ip kube-proxy {
        chain services { ip daddr 10.96.0.10 tcp dport 80 dnat to 10.244.1.2:8080; }
        chain nat-prerouting { type nat hook prerouting priority dstnat; jump services; }
        chain nat-output { type nat hook output priority -100; jump services; }
      }
      """;

  private NodeLab lab;
  private Pod former;
  private Pod present;

  @BeforeEach
  void build() {
    lab = NodeLab.create();
    former = lab.addPod("a");
    present = lab.addPod("b");
  }

  @AfterEach
  void remove() {
    lab.close();
  }

  @EveryFlavour(families = IpFamily.IPV4)
  @Conformance(Row.S5)
  void theTableOfKubeProxysNftablesModeStaysAndIsAheadUntilItIsRemoved(Flavour flavour)
      throws Exception {
    Cluster cluster = Cluster.of("web.yaml");
    InetSocketAddress web = FrontEnds.of(cluster, "web", flavour).clusterIp();
    try (Repeater _ = Repeater.start(former, at(former, flavour));
        Repeater _ = Repeater.start(present, at(present, flavour));
        ProgrammedNode node = new ProgrammedNode(lab.node(), flavour)) {
      nft("-f", file(NFTABLES_MODE));
      String before = nft("list", "table", "ip", "kube-proxy");

      node.program(cluster);

      assertThat(nft("list", "table", "ip", "kube-proxy")).isEqualTo(before);
      // removed as kube-proxy --cleanup does it; from then on it is ours alone
      nft("delete", "table", "ip", "kube-proxy");
      assertThat(answered(web)).isEqualTo("b");
    }
  }

  @EveryFlavour(families = IpFamily.IPV4)
  @Conformance(Row.S4)
  void kubeProxyInIptablesModeTakesTheNodeBackWithoutAConnectionLost(Flavour flavour)
      throws Exception {
    Cluster cluster = Cluster.of("web.yaml");
    InetSocketAddress web = FrontEnds.of(cluster, "web", flavour).clusterIp();
    String kubeProxy = Fixture.text(IptablesOthersTest.kubeProxy(flavour));
    try (Repeater _ = Repeater.start(present, at(present, flavour));
        ProgrammedNode node = new ProgrammedNode(lab.node(), flavour)) {
      node.program(cluster);
      try (OpenConnections open = OpenConnections.open(20, lab.client(), web)) {
        Traffic traffic = Traffic.start(lab.client(), web.getAddress(), web.getPort());

        Echoing.throughout(open, 20, () -> node.iptables().restore(withoutHooks(kubeProxy)));

        assertThat(traffic.stop())
            .isNotEmpty()
            .allSatisfy(result -> assertThat(result).isInstanceOf(ProbeResult.Answer.class));
      }
      for (String table : List.of("nat", "filter")) {
        Set<String> reached = reached(node.iptables().listed(table));
        Set<String> left = chains(node.iptables().listed(table));
        left.removeAll(reached);
        left.removeAll(chains(kubeProxy));
        assertThat(left)
            .as("chains of ours that nothing leads to, in " + table)
            .allMatch(name -> name.startsWith("KUBE-"));
        if (table.equals("nat")) {
          assertThat(left).contains("KUBE-HAIRPIN", "KUBE-NODEPORTS-TCP");
        }
        Set<String> ours = new LinkedHashSet<>(reached);
        ours.removeAll(chains(kubeProxy));
        // what drops packets from elsewhere to 127.0.0.0/8; kube-proxy has the like in
        // KUBE-FIREWALL
        assertThat(ours).as("of ours in force, in " + table).isSubsetOf("KUBE-LOCALNET");
      }
    }
  }

  /** As kube-proxy does it: a jump is added only where it is not there. */
  private static String withoutHooks(String rules) {
    return rules
        .lines()
        .filter(line -> !line.matches("-A (INPUT|FORWARD|OUTPUT|PREROUTING|POSTROUTING) .*"))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static Set<String> chains(String rules) {
    Set<String> chains = new LinkedHashSet<>();
    CHAIN.matcher(rules).results().forEach(found -> chains.add(found.group(1)));
    chains.removeAll(BUILT_IN);
    return chains;
  }

  /** The chains of a table that a packet may get to. */
  private static Set<String> reached(String table) {
    Set<String> reached = new LinkedHashSet<>(BUILT_IN);
    int before;
    do {
      before = reached.size();
      for (String line : table.lines().toList()) {
        String[] words = line.split(" ", -1);
        if (words[0].equals("-A") && reached.contains(words[1])) {
          for (int i = 2; i + 1 < words.length; i++) {
            if (words[i].equals("-j") || words[i].equals("-g")) {
              reached.add(words[i + 1]);
            }
          }
        }
      }
    } while (reached.size() > before);
    reached.retainAll(chains(table));
    return reached;
  }

  private String answered(InetSocketAddress web) throws IOException {
    return new Asker(lab.client()).server(Transport.TCP, web);
  }

  private String nft(String... words) {
    String[] command = new String[words.length + 1];
    command[0] = "nft";
    System.arraycopy(words, 0, command, 1, words.length);
    return lab.node().exec(command).orThrow().out();
  }

  private static String file(String rules) throws IOException {
    Path file = Files.createTempFile("kube-proxy", ".nft");
    file.toFile().deleteOnExit();
    return Files.writeString(file, rules).toString();
  }

  private static InetSocketAddress at(Pod pod, Flavour flavour) {
    return new InetSocketAddress(flavour.address(pod), 8080);
  }
}
