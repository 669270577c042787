package dev.sluice.applier.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.cli.TestClusters;
import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.forwarding.LocalPods;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.NodePortAddresses;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.program.Program;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class IpvsCompilerTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/ipvs");
  private static final LocalPods PODS =
      new LocalPods.InRanges(List.of(Cidr.parse("10.244.0.0/16"), Cidr.parse("fd00:10:244::/48")));
  private static final Set<IpAddress> ADDRESSES =
      addresses(
          "127.0.0.1",
          "::1",
          "fe80::1",
          "192.0.2.11",
          "192.0.2.50",
          "10.244.1.254",
          "2001:db8::11");
  private static final NodeFacts NODE = nodePortsIn(ADDRESSES, Optional.empty());

  private static Set<IpAddress> addresses(String... texts) {
    return Stream.of(texts).map(IpAddress::parse).collect(Collectors.toSet());
  }

  private static NodeFacts nodePortsIn(Set<IpAddress> addresses, Optional<List<Cidr>> ranges) {
    return new NodeFacts(
        new NodePolicy(false, PODS, new NodePortAddresses(ranges, false)), addresses);
  }

  private static Map<ServiceName, List<VirtualServer>> servers(ClusterImage image) {
    return new ForwardingTable("node-1").virtualServers(image, image.services());
  }

  private static Map<ServiceName, List<VirtualServer>> cluster(String name) throws IOException {
    return servers(
        TestClusters.parse(
            Files.readString(Path.of("src/test/resources/clusters/" + name + ".yaml"))));
  }

  private static String plan(
      IpFamily family, NodeFacts node, Map<ServiceName, List<VirtualServer>> servers) {
    return IpvsPlan.of(family, IpvsOptions.DEFAULTS, node, servers).text();
  }

  private static void assertGolden(
      String name, IpFamily family, Map<ServiceName, List<VirtualServer>> servers)
      throws IOException {
    Path golden = GOLDEN.resolve(name + "-" + family + ".txt");
    String text = plan(family, NODE, servers);
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(golden, text);
    }

    assertThat(text).isEqualTo(Files.readString(golden));
  }

  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void withoutServicesOnlyTheFrameStands(IpFamily family) throws IOException {
    assertGolden("empty", family, Map.of());
  }

  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void theShopIsCompiledToThis(IpFamily family) throws IOException {
    assertGolden("shop", family, servers(TestClusters.example("shop")));
  }

  @ParameterizedTest
  @CsvSource({
    "front-ends, IPV4",
    "front-ends, IPV6",
    "virtual-servers, IPV4",
    "virtual-servers, IPV6"
  })
  void everyFrontEndAndPolicyIsCompiledToThis(String cluster, IpFamily family) throws IOException {
    assertGolden(cluster, family, cluster(cluster));
  }

  @Test
  void nodePortsAreOnTheChosenAddressesOnly() throws IOException {
    NodeFacts chosen =
        nodePortsIn(
            ADDRESSES, Optional.of(List.of(Cidr.parse("192.0.2.8/29"), Cidr.parse("127.0.0.0/8"))));
    String plan = plan(IpFamily.IPV4, chosen, servers(TestClusters.example("shop")));

    assertThat(plan)
        .contains("-A -t 192.0.2.11:30080 -s rr\n")
        .doesNotContain("192.0.2.50")
        .doesNotContain("127.0.0.1:30080")
        .doesNotContain("10.244.1.254");
    assertThat(plan(IpFamily.IPV6, chosen, servers(TestClusters.example("shop"))))
        .doesNotContain("]:30080 ");
  }

  @Test
  void theSchedulerIsThatOfTheOptions() throws IOException {
    IpvsOptions options = new IpvsOptions("mh", IpvsOptions.DEFAULTS.rules());
    IpvsPlan plan = IpvsPlan.of(IpFamily.IPV4, options, NODE, cluster("front-ends"));

    assertThat(plan.text())
        .contains("-A -t 10.96.1.1:80 -s mh -b mh-port\n")
        .contains("-A -t 10.96.1.5:80 -s mh -p 60 -b mh-port\n")
        .doesNotContain("-s rr");
  }

  /** What IPVS takes must be known for ours later on, and be let in. */
  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void eachVirtualServerWithAnAddressIsInTheSetOfThem(IpFamily family) throws IOException {
    Program<IpvsKey, IpvsObject> program =
        IpvsPlan.of(family, IpvsOptions.DEFAULTS, NODE, cluster("virtual-servers")).program();

    Set<String> servers =
        program.objects().keySet().stream()
            .filter(key -> key instanceof IpvsKey.OfServer(ServerKey.ToAddress _))
            .map(key -> key.toString().replace("virtual server ", ""))
            .collect(Collectors.toSet());
    Set<String> elements =
        program.objects().keySet().stream()
            .filter(
                key ->
                    key instanceof IpvsKey.OfElement(IpvsSet set, var _) && set == IpvsSet.SERVERS)
            .map(key -> socketText((IpvsKey.OfElement) key))
            .collect(Collectors.toSet());
    assertThat(servers).isNotEmpty().isEqualTo(elements);
  }

  private static String socketText(IpvsKey.OfElement key) {
    var socket = (dev.sluice.applier.ipset.Element.OfSocket) key.element();
    return new ServerKey.ToAddress(socket.protocol(), socket.address(), socket.port()).toString();
  }

  @Test
  void planAsTreeHasTheSameObjects() throws IOException {
    IpvsPlan plan =
        IpvsPlan.of(IpFamily.IPV4, IpvsOptions.DEFAULTS, NODE, cluster("virtual-servers"));
    JsonNode tree = JsonMapper.shared().valueToTree(plan.tree());

    assertThat(tree.path("family").asString()).isEqualTo("IPv4");
    assertThat(tree.path("digest").asString()).isEqualTo(plan.digest().toString());
    assertThat(tree.at("/tables/nat/chains").propertyNames()).contains("KUBE-SERVICES");
    assertThat(tree.path("addresses").toString())
        .contains("\"10.96.2.1\"")
        .doesNotContain("192.0.2.50");
    assertThat(tree.path("sets").path("KUBE-LOAD-BALANCER-SOURCE-IP").toString())
        .isEqualTo("[\"203.0.113.2,tcp:80,203.0.113.7\"]");
    JsonNode server = tree.path("servers").path("sctp 192.0.2.11:30005");
    assertThat(server.path("scheduler").asString()).isEqualTo("rr");
    assertThat(server.path("persistenceSeconds").asInt()).isEqualTo(10800);
    assertThat(server.path("destinations").toString()).isEqualTo("[\"10.244.1.1:2905\"]");
  }
}
