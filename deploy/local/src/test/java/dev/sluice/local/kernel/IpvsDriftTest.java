package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.program.Backend.Repaired;
import dev.sluice.applier.program.Drift.Kind;
import dev.sluice.applier.program.KernelReading;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.IpvsTest;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** That what others change of what IPVS has of ours is put right, each part by itself. */
@IpvsTest
@RunsOn(BackEnd.IPVS)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class IpvsDriftTest {
  private static final Cluster CLUSTER = Cluster.of("node-port.yaml");

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

  @EveryFlavour
  @Conformance(Row.T4)
  void whateverIsTakenAwayComesBack(Flavour flavour) throws IOException {
    try (IpvsServers kernel = servers(flavour);
        ProgrammedNode programmed = new ProgrammedNode(NodeConfig.DEFAULTS, kernel)) {
      programmed.program(CLUSTER);
      String tool = flavour.family() == IpFamily.IPV4 ? "iptables" : "ip6tables";
      String legacy = tool + "-" + flavour.backend().variant();
      List<String> damages =
          List.of(
              "ipvsadm -C",
              "ip address flush dev kube-ipvs0",
              "ip link delete kube-ipvs0",
              "ipset flush",
              legacy + " -t filter -F",
              legacy + " -t nat -F",
              legacy + " -t mangle -F",
              // without rules, sets can be destroyed
              "ipset destroy");
      for (String damage : damages) {
        if (damage.equals("ipset destroy")) {
          for (String table : List.of("filter", "nat", "mangle")) {
            run(legacy + " -t " + table + " -F");
          }
        }
        run(damage);

        Repaired repaired = repair(programmed);

        assertThat(repaired.drift().count(Kind.EXTRA)).as(damage).isZero();
        assertThat(repaired.drift().objects()).as(damage).isNotEmpty();
        assertThat(kernel.read()).as(damage).isEqualTo(kernel.compiled(CLUSTER));
        assertThat(repair(programmed)).as(damage).isEqualTo(Repaired.NOTHING);
      }
    }
  }

  @EveryFlavour
  @Conformance(Row.T4)
  void oneVirtualServerThatIsChangedIsRepairedAlone(Flavour flavour) throws IOException {
    boolean ipv4 = flavour.family() == IpFamily.IPV4;
    try (IpvsServers kernel = servers(flavour);
        ProgrammedNode programmed = new ProgrammedNode(NodeConfig.DEFAULTS, kernel)) {
      programmed.program(CLUSTER);
      String server =
          run("ipvsadm -Sn")
              .lines()
              .filter(line -> line.startsWith("-A -t"))
              .findFirst()
              .orElseThrow()
              .split(" ", -1)[2];
      String destination =
          run("ipvsadm -Sn")
              .lines()
              .filter(line -> line.startsWith("-a -t " + server + " "))
              .findFirst()
              .orElseThrow()
              .split(" ", -1)[4];
      String other = ipv4 ? "192.0.2.9:80" : "[2001:db8::9]:80";
      String at = "-t " + server;
      Map<String, Kind> changes =
          Map.of(
              "ipvsadm -E " + at + " -s wlc", Kind.CHANGED,
              "ipvsadm -e " + at + " -r " + destination + " -m -w 5", Kind.CHANGED,
              "ipvsadm -e " + at + " -r " + destination + " -m -w 0", Kind.CHANGED,
              "ipvsadm -d " + at + " -r " + destination, Kind.CHANGED,
              "ipvsadm -a " + at + " -r " + other + " -m -w 1", Kind.CHANGED,
              "ipvsadm -D " + at, Kind.MISSING);
      for (Map.Entry<String, Kind> change : changes.entrySet()) {
        run(change.getKey());

        Repaired repaired = repair(programmed);

        assertThat(repaired.drift().objects().values())
            .as(change.getKey())
            .containsExactly(change.getValue());
        assertThat(repaired.written().objects()).as(change.getKey()).isOne();
        assertThat(kernel.read()).as(change.getKey()).isEqualTo(kernel.compiled(CLUSTER));
      }
    }
  }

  @EveryFlavour
  void whatOthersHaveStaysAndWhatIsWrittenMeanwhileIsNoDrift(Flavour flavour) throws IOException {
    boolean ipv4 = flavour.family() == IpFamily.IPV4;
    String foreign = "-t " + (ipv4 ? "192.0.2.1" : "[2001:db8::1]") + ":80";
    try (IpvsServers kernel = servers(flavour);
        ProgrammedNode programmed = new ProgrammedNode(NodeConfig.DEFAULTS, kernel)) {
      programmed.program(CLUSTER);
      run("ipvsadm -A " + foreign + " -s wlc");
      run("ipset create OTHERS hash:ip family " + (ipv4 ? "inet" : "inet6"));
      KernelReading reading = programmed.backend().look().orElseThrow();
      assertThat(reading.step()).as("there is more than one part").isTrue();
      Cluster moved = CLUSTER.withEndpoint(flavour.otherClient(9));
      assertThat(programmed.program(moved).objects()).isPositive();
      IptablesDriftTest.readAll(reading);

      assertThat(programmed.backend().repair(reading)).isEqualTo(Repaired.NOTHING);
      assertThat(repair(programmed)).isEqualTo(Repaired.NOTHING);
      assertThat(run("ipvsadm -Sn")).contains("-A " + foreign + " -s wlc");
      assertThat(run("ipset list -n")).contains("OTHERS");
    }
  }

  private static Repaired repair(ProgrammedNode node) throws IOException {
    KernelReading reading = node.backend().look().orElseThrow();
    IptablesDriftTest.readAll(reading);
    return node.backend().repair(reading);
  }

  private IpvsServers servers(Flavour flavour) {
    return new IpvsServers(node, flavour, NodeConfig.DEFAULTS, IptablesOptions.DEFAULTS);
  }
}
