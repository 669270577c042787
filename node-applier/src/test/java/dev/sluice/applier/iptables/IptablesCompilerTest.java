package dev.sluice.applier.iptables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.applier.cli.TestClusters;
import dev.sluice.applier.forwarding.Destination;
import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.LocalPods;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.NodePortAddresses;
import dev.sluice.applier.forwarding.ServicePortName;
import dev.sluice.applier.forwarding.Verdict;
import dev.sluice.applier.forwarding.Verdict.Balance;
import dev.sluice.applier.forwarding.Verdict.EndpointSet;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.IptablesCompiler.Compilation;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDiff;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IptablesCompilerTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/iptables");
  private static final LocalPods PODS =
      new LocalPods.InRanges(List.of(Cidr.parse("10.244.0.0/16"), Cidr.parse("fd00:10:244::/48")));
  private static final LocalPods NO_PODS = new LocalPods.InRanges(List.of());
  private static final NodePortAddresses ALL = new NodePortAddresses(Optional.empty(), false);
  private static final NodePolicy POLICY = new NodePolicy(false, PODS, ALL);

  private static Map<ServiceName, List<VirtualServer>> servers(ClusterImage image) {
    return new ForwardingTable("node-1").virtualServers(image, image.services());
  }

  private static Program<IptablesKey, String> compile(
      NodePolicy policy, IpFamily family, Map<ServiceName, List<VirtualServer>> servers) {
    return compile(IptablesOptions.DEFAULTS, policy, family, servers);
  }

  private static Program<IptablesKey, String> compile(
      IptablesOptions options,
      NodePolicy policy,
      IpFamily family,
      Map<ServiceName, List<VirtualServer>> servers) {
    IptablesCompiler compiler = new IptablesCompiler(family, options, true);
    return compiler.update(compiler.start(policy), policy, servers).program();
  }

  private static NodePolicy nodePorts(boolean localhost, String... ranges) {
    List<Cidr> cidrs = Stream.of(ranges).map(Cidr::parse).toList();
    return new NodePolicy(false, NO_PODS, new NodePortAddresses(Optional.of(cidrs), localhost));
  }

  private static String script(Program<IptablesKey, String> program) {
    return RestoreScript.of(program);
  }

  @ParameterizedTest
  @EnumSource(IpFamily.class)
  void theShopIsCompiledToTheseRules(IpFamily family) throws IOException {
    Path golden = GOLDEN.resolve("shop-" + family + ".rules");
    String script = script(compile(POLICY, family, servers(TestClusters.example("shop"))));
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(golden, script);
    }

    assertThat(script).isEqualTo(Files.readString(golden));
  }

  @Test
  void everyFrontEndAndPolicyIsCompiledToTheseRules() throws IOException {
    Path golden = GOLDEN.resolve("front-ends.rules");
    String manifests = Files.readString(Path.of("src/test/resources/clusters/front-ends.yaml"));
    String script = script(compile(POLICY, IpFamily.IPV4, servers(TestClusters.parse(manifests))));
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(golden, script);
    }

    assertThat(script).isEqualTo(Files.readString(golden));
  }

  @Test
  void withoutServicesOnlyTheFrameStands() throws IOException {
    Path golden = GOLDEN.resolve("empty.rules");
    String script = script(compile(POLICY, IpFamily.IPV4, Map.of()));
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(golden, script);
    }

    assertThat(script).isEqualTo(Files.readString(golden));
  }

  @Test
  void masqueradeAllMarksAllClusterIpTraffic() {
    NodePolicy all = new NodePolicy(true, PODS, ALL);
    String script = script(compile(all, IpFamily.IPV4, servers(TestClusters.example("shop"))));

    assertThat(script)
        .contains(" -d 10.96.17.4/32 -p tcp -m tcp --dport 80 -j KUBE-MARK-MASQ\n")
        .doesNotContain("! -s 10.244.0.0/16");
  }

  @Test
  void nodePortsStandOnTheGivenRangesOnly() {
    NodePolicy policy = nodePorts(true, "192.0.2.0/24", "2001:db8::/64");
    String script = script(compile(policy, IpFamily.IPV4, Map.of()));

    assertThat(script)
        .contains("-A KUBE-SERVICES -d 192.0.2.0/24 -m addrtype --dst-type LOCAL")
        .contains("-A KUBE-EXTERNAL-SERVICES -d 192.0.2.0/24 -m addrtype --dst-type LOCAL")
        .doesNotContain("127.0.0.0/8");
  }

  @Test
  void localhostHasNodePortsOnlyWhereItIsToHaveThem() {
    assertThat(script(compile(nodePorts(true, "0.0.0.0/0"), IpFamily.IPV4, Map.of())))
        .contains("-A KUBE-SERVICES -m addrtype --dst-type LOCAL -m comment")
        .contains("-A KUBE-LOCALNET ! -s 127.0.0.0/8 -d 127.0.0.0/8");
    assertThat(script(compile(nodePorts(false, "0.0.0.0/0"), IpFamily.IPV4, Map.of())))
        .contains("-A KUBE-SERVICES ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL")
        .doesNotContain("KUBE-LOCALNET");
    assertThat(script(compile(nodePorts(true, "127.0.0.0/8"), IpFamily.IPV4, Map.of())))
        .contains("-A KUBE-SERVICES -d 127.0.0.0/8 -m addrtype --dst-type LOCAL")
        .contains("KUBE-LOCALNET");
    assertThat(script(compile(nodePorts(false, "127.0.0.0/8"), IpFamily.IPV4, Map.of())))
        .doesNotContain("--dst-type LOCAL")
        .doesNotContain("KUBE-LOCALNET");
  }

  @Test
  void aRangeAroundLoopbackLeavesItOut() {
    assertThat(script(compile(nodePorts(false, "64.0.0.0/2"), IpFamily.IPV4, Map.of())))
        .contains(
            "-A KUBE-SERVICES -d 127.0.0.0/8 -j RETURN\n"
                + "-A KUBE-SERVICES -d 64.0.0.0/2 -m addrtype --dst-type LOCAL");
    assertThat(script(compile(nodePorts(true, "::/8"), IpFamily.IPV6, Map.of())))
        .contains(
            "-A KUBE-SERVICES -d ::1/128 -j RETURN\n"
                + "-A KUBE-SERVICES -d ::/8 -m addrtype --dst-type LOCAL");
  }

  @Test
  void podsAreToldByTheirInterface() {
    Map<ServiceName, List<VirtualServer>> shop = servers(TestClusters.example("shop"));
    NodePolicy bridge = new NodePolicy(false, new LocalPods.BehindInterface("cni0"), ALL);
    NodePolicy prefix = new NodePolicy(false, new LocalPods.BehindInterfaces("veth"), ALL);

    assertThat(script(compile(bridge, IpFamily.IPV4, shop)))
        .contains(" -d 10.96.17.4/32 ! -i cni0 -p tcp -m tcp --dport 80 -j KUBE-MARK-MASQ\n");
    assertThat(script(compile(prefix, IpFamily.IPV4, shop)))
        .contains(" -d 10.96.17.4/32 ! -i veth+ -p tcp -m tcp --dport 80 -j KUBE-MARK-MASQ\n");
  }

  @Test
  void anotherPolicyLeadsToTheProgramOfAFreshCompilation() {
    Map<ServiceName, List<VirtualServer>> shop = servers(TestClusters.example("shop"));
    NodePolicy other = nodePorts(true, "127.0.0.0/8");
    IptablesCompiler compiler = new IptablesCompiler(IpFamily.IPV4, IptablesOptions.DEFAULTS, true);
    Compilation before = compiler.update(compiler.start(POLICY), POLICY, shop);

    for (NodePolicy policy : List.of(other, POLICY)) {
      Compilation after = compiler.update(before, policy, shop);

      Program<IptablesKey, String> fresh = compile(policy, IpFamily.IPV4, shop);
      assertThat(after.program()).isEqualTo(fresh);
      assertThat(ProgramDiff.between(before.program(), fresh))
          .isEqualTo(ProgramDiff.between(before.program(), fresh, after.changed()));
      before = after;
    }
  }

  /** As while an endpoint's copies in two slices name different nodes, and one is not ready. */
  @Test
  void anEndpointThatIsHereInOneSetOnlyMayReachItselfToo() {
    ServicePortName name =
        new ServicePortName(new ServiceName("default", "moving"), "", Protocol.TCP);
    IpAddress pod = IpAddress.parse("10.244.1.5");
    Verdict cluster = new Balance(EndpointSet.CLUSTER, List.of(new Destination(pod, 8080, false)));
    Verdict local = new Balance(EndpointSet.LOCAL, List.of(new Destination(pod, 8080, true)));
    VirtualServer server =
        new VirtualServer(
            name,
            IpFamily.IPV4,
            new FrontEnd.NodePort(30080),
            local,
            Optional.of(cluster),
            true,
            List.of(),
            Optional.empty());

    Program<IptablesKey, String> program =
        compile(POLICY, IpFamily.IPV4, Map.of(name.service(), List.of(server)));

    assertThat(script(program))
        .contains("-s 10.244.1.5/32 -d 10.244.1.5/32 -j " + ChainNames.MARK_MASQ);
  }

  @Test
  void anotherPolicyTakesAllServices() {
    Map<ServiceName, List<VirtualServer>> shop = servers(TestClusters.example("shop"));
    IptablesCompiler compiler = new IptablesCompiler(IpFamily.IPV4, IptablesOptions.DEFAULTS, true);
    Compilation before = compiler.update(compiler.start(POLICY), POLICY, shop);

    assertThatThrownBy(() -> compiler.update(before, nodePorts(true, "10.0.0.0/8"), Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void invalidPacketsPassOnlyWhereTheKernelIsLiberal() {
    IptablesOptions liberal = IptablesOptions.DEFAULTS.withConntrackTcpLiberal(true);

    assertThat(script(compile(IptablesOptions.DEFAULTS, POLICY, IpFamily.IPV4, Map.of())))
        .contains("-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP");
    assertThat(script(compile(liberal, POLICY, IpFamily.IPV4, Map.of()))).doesNotContain("INVALID");
  }

  @Test
  void theMasqueradeBitIsTheMark() {
    IptablesOptions options = new IptablesOptions(31, false);

    assertThat(script(compile(options, POLICY, IpFamily.IPV4, Map.of())))
        .contains("--set-xmark 0x80000000/0x80000000")
        .doesNotContain("0x4000");
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23})
  void changesLeadToTheProgramOfAFreshCompilation(long seed) {
    Random random = new Random(seed);
    IptablesCompiler compiler = new IptablesCompiler(IpFamily.IPV4, IptablesOptions.DEFAULTS, true);
    Map<ServiceName, List<VirtualServer>> servers = new HashMap<>();
    Compilation compilation = compiler.start(POLICY);
    for (int step = 0; step < 150; step++) {
      Map<ServiceName, List<VirtualServer>> change = RandomServers.change(random);
      servers.putAll(change);
      Compilation next = compiler.update(compilation, POLICY, change);
      Program<IptablesKey, String> fresh = compile(POLICY, IpFamily.IPV4, servers);

      assertThat(next.program()).as("seed %d step %d", seed, step).isEqualTo(fresh);
      assertThat(next.program().digest()).isEqualTo(fresh.digest());
      assertThat(ProgramDiff.between(compilation.program(), fresh))
          .as("what changed was named")
          .isEqualTo(ProgramDiff.between(compilation.program(), fresh, next.changed()));
      compilation = next;
    }
  }

  @Test
  void everyChainThatIsJumpedToExists() {
    Random random = new Random(5);
    Map<ServiceName, List<VirtualServer>> servers = new HashMap<>();
    for (int i = 0; i < 400; i++) {
      servers.putAll(RandomServers.change(random));
    }
    Program<IptablesKey, String> program = compile(POLICY, IpFamily.IPV4, servers);

    Set<String> targets = new HashSet<>();
    for (Map.Entry<IptablesKey, String> object : program.objects().entrySet()) {
      for (String rule : object.getValue().lines().toList()) {
        String target = rule.substring(rule.indexOf(" -j ") + 4).split(" ", 2)[0];
        if (ChainNames.ours(target)) {
          targets.add(object.getKey().table() + " " + target);
        }
      }
    }
    Set<String> chains = new HashSet<>();
    program.objects().keySet().stream()
        .filter(IptablesKey.ChainKey.class::isInstance)
        .forEach(key -> chains.add(key.toString()));
    chains.remove("filter KUBE-SERVICES"); // entered by hooks
    chains.removeIf(chain -> chain.endsWith(" KUBE-PROXY-CANARY")); // entered by nobody
    assertThat(targets)
        .isSubsetOf(program.objects().keySet().stream().map(Object::toString).toList());
    assertThat(targets).containsAll(chains);
  }
}
