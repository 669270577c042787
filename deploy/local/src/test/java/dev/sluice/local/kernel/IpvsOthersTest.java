package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.ipvs.Exclusions;
import dev.sluice.applier.ipvs.IpvsOptions;
import dev.sluice.applier.ipvs.IpvsRemoval;
import dev.sluice.applier.ipvs.NodeKernel;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.IpvsTest;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** That IPVS mode leaves alone what others have of IPVS and of sets on the same node. */
@IpvsTest
@RunsOn(BackEnd.IPVS)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class IpvsOthersTest {
  private final Cluster cluster = Cluster.of("spread.yaml");
  private NetworkNamespace node;

  @BeforeEach
  void build() {
    node = NetworkNamespace.create("node");
    run("ip address add 172.20.0.1/24 dev lo");
    run("ip address add fd00:172:20::1/64 dev lo nodad");
  }

  @AfterEach
  void remove() {
    node.close();
  }

  private String run(String command) {
    return node.exec(command.split(" ")).orThrow().out();
  }

  /** Virtual servers at an address that is no Service's, by a mark, and at the address given. */
  private void addOthers(Flavour flavour, String excluded) {
    boolean ipv4 = flavour.family() == IpFamily.IPV4;
    String address = ipv4 ? "192.0.2.1" : "[2001:db8::1]";
    String destination = ipv4 ? "192.0.2.9:80" : "[2001:db8::9]:80";
    // the port is a node port of ours, too: at our own addresses alone
    List<String> servers =
        List.of("-t " + address + ":30081", "-f 77" + (ipv4 ? "" : " -6"), "-t " + excluded);
    for (String server : servers) {
      run("ipvsadm -A " + server + " -s wlc");
      run("ipvsadm -a " + server + " -r " + destination + " -m -w 7");
    }
    run("ipset create OTHERS hash:ip family " + (ipv4 ? "inet" : "inet6"));
    run("ipset add OTHERS " + (ipv4 ? "192.0.2.1" : "2001:db8::1"));
    run("ipset create KUBE-OTHERS bitmap:port range 0-100");
  }

  /** All virtual servers and sets, as the tools save them. */
  private List<String> listed() {
    return Stream.of("ipvsadm -Sn", "ipset save")
        .flatMap(command -> run(command).lines())
        .map(line -> line.replaceFirst(" initval \\S+", ""))
        .sorted()
        .toList();
  }

  @EveryFlavour
  @Conformance({Row.V4, Row.S5, Row.S6})
  void whatOthersHaveStaysThroughoutItsLifeAndCleanup(Flavour flavour) throws Exception {
    boolean ipv4 = flavour.family() == IpFamily.IPV4;
    String range = ipv4 ? "10.96.0.64/28" : "fd00:10:96::60/123";
    // at a Service's address, which others may only be with a flag
    String excluded = ipv4 ? "10.96.0.70:9999" : "[fd00:10:96::70]:9999";
    Exclusions exclusions = new Exclusions(List.of(Cidr.parse(range)));
    addOthers(flavour, excluded);
    List<String> others = listed();
    IpvsServers kernel =
        new IpvsServers(
            node,
            flavour,
            NodeConfig.DEFAULTS,
            IpvsServers.settings(IpvsOptions.DEFAULTS, exclusions, Duration.ofMinutes(1)),
            Clock.systemUTC());
    try (ProgrammedNode programmed = new ProgrammedNode(NodeConfig.DEFAULTS, kernel)) {
      var _ = programmed.program(cluster);
      assertThat(listed()).containsAll(others).hasSizeGreaterThan(others.size());
      programmed.restart();
      assertThat(programmed.program(cluster).commits()).isZero();
      var _ = programmed.backend().repair();
      var _ = programmed.update(cluster.without(new ServiceName("default", "spread").key()));
      assertThat(listed()).containsAll(others);
      var _ = programmed.update(cluster);
    }
    assertThat(listed()).isEqualTo(others);

    assertThat(removeAll(flavour, exclusions)).isZero();
    assertThat(listed()).isEqualTo(others);
  }

  private int removeAll(Flavour flavour, Exclusions exclusions) throws IOException {
    return node.<Integer, IOException>call(
        () -> {
          try (NodeKernel kernel = new NodeKernel()) {
            return IpvsRemoval.removeAll(kernel, flavour.family(), exclusions);
          }
        });
  }
}
