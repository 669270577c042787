package dev.sluice.applier.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.cli.TestClusters;
import dev.sluice.applier.forwarding.Evaluator;
import dev.sluice.applier.forwarding.Explanation;
import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.Packet;
import dev.sluice.applier.iptables.IptablesKey.ChainKey;
import dev.sluice.applier.program.Program;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In which chains to look for packets on node-1, and that its rules have them. */
class PacketChainsTest {
  private static final String OUTSIDE = "198.18.5.5";
  private static final String POD = "10.244.1.77";

  private ClusterImage image = ClusterImage.EMPTY;
  private NodePolicy policy = NodePolicy.NOTHING_KNOWN;
  private Program<IptablesKey, String> program = Program.empty();

  @BeforeEach
  void compile() throws IOException {
    image =
        TestClusters.parse(Files.readString(Path.of("src/test/resources/clusters/explained.yaml")));
    NodeConfig config =
        new NodeConfig(
            false,
            new NodeConfig.DetectLocal.ClusterCidrs(List.of(Cidr.parse("10.244.0.0/16"))),
            new NodeConfig.NodePorts.All(),
            true);
    policy = config.on(image.node("node-1").orElseThrow());
    program =
        IptablesPlan.of(
                IpFamily.IPV4,
                IptablesOptions.DEFAULTS,
                policy,
                new ForwardingTable("node-1").virtualServers(image, image.services()))
            .program();
  }

  private List<String> chains(String source, String destination, int port, Protocol protocol) {
    Packet packet =
        new Packet(
            IpAddress.parse(source),
            IpAddress.parse(destination),
            port,
            protocol,
            Optional.of("eth0"));
    Set<IpAddress> local = Set.of(IpAddress.parse("192.0.2.11"));
    Explanation explanation = new Evaluator("node-1", policy, local).explain(image, packet);
    List<String> chains = PacketChains.of(explanation);
    assertThat(chains).allSatisfy(chain -> assertThat(program.get(key(chain))).isPresent());
    return chains;
  }

  private static IptablesKey key(String chain) {
    String[] words = chain.split(" ", -1);
    return new ChainKey(words[0].equals("nat") ? Table.NAT : Table.FILTER, words[1]);
  }

  private String rules(String chain) {
    return program.get(key(chain)).orElseThrow();
  }

  @Test
  void theLastChainBeforePostroutingSendsItToTheEndpoints() {
    List<String> external = chains(OUTSIDE, "192.0.2.11", 30001, Protocol.TCP);
    List<String> clusterIp = chains(POD, "10.96.0.1", 80, Protocol.TCP);

    assertThat(external)
        .startsWith("nat KUBE-SERVICES", "nat KUBE-NODEPORTS")
        .endsWith("nat KUBE-POSTROUTING");
    assertThat(rules(external.get(2))).contains("-j KUBE-MARK-MASQ");
    assertThat(rules(external.get(3))).contains("10.244.1.1:8080").contains("10.244.2.1:8080");
    assertThat(clusterIp).containsExactly("nat KUBE-SERVICES", external.get(3));
  }

  @Test
  void policyLocalLeadsOutsideToTheChainOfThisNodesEndpoints() {
    List<String> outside = chains(OUTSIDE, "198.51.100.2", 80, Protocol.TCP);
    List<String> pod = chains(POD, "198.51.100.2", 80, Protocol.TCP);

    assertThat(rules(outside.getLast())).contains("10.244.1.2:8080").doesNotContain("10.244.2.2");
    assertThat(rules(pod.getLast())).contains("10.244.1.2:8080").contains("10.244.2.2:8080");
  }

  @Test
  void eachEndpointOfAStickyServiceHasAChain() {
    List<String> chains = chains(POD, "10.96.0.6", 53, Protocol.UDP);

    assertThat(chains).hasSize(3);
    assertThat(rules(chains.getLast())).contains("--to-destination 10.244.1.6:5353");
  }

  @ParameterizedTest
  @CsvSource({
    "10.96.0.3,    80,    filter KUBE-SERVICES,           has no local endpoints", // Local
    "10.96.0.4,    80,    filter KUBE-SERVICES,           has no endpoints",
    "198.51.100.3, 80,    filter KUBE-EXTERNAL-SERVICES,  has no local endpoints",
    "198.51.100.4, 80,    filter KUBE-EXTERNAL-SERVICES,  has no endpoints",
    "203.0.113.5,  80,    filter KUBE-PROXY-FIREWALL,     traffic not accepted by KUBE-FW",
    "127.0.0.1,    9999,  filter KUBE-LOCALNET,           block incoming localnet",
  })
  void whatIsBlockedIsSoInTheLastChain(String address, int port, String last, String comment) {
    assertThat(chains(OUTSIDE, address, port, Protocol.TCP)).endsWith(last);
    assertThat(rules(last)).contains(comment);
  }

  @Test
  void aBlockedNodePortHasAListOfItsOwn() {
    assertThat(chains(OUTSIDE, "192.0.2.11", 30003, Protocol.TCP))
        .endsWith("filter KUBE-EXTERNAL-SERVICES", "filter KUBE-REJECT-NODEPORTS")
        .contains("nat KUBE-NODEPORTS");
  }

  @Test
  void sourceRangesHaveAChainBeforeTheOthers() {
    List<String> chains = chains("198.18.0.9", "203.0.113.5", 80, Protocol.TCP);

    assertThat(rules(chains.get(1)))
        .contains("-s 198.18.0.0/24")
        .contains(chains.get(2).substring(4));
  }

  @Test
  void whatNoServiceIsConcernedByOnlyComesBy() {
    assertThat(chains(OUTSIDE, "10.96.0.99", 80, Protocol.TCP))
        .containsExactly("nat KUBE-SERVICES");
  }
}
