package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.model.IpFamily;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.IpvsTest;
import dev.sluice.local.lab.NetworkNamespace;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** That a node on which kube-proxy has forwarded in its IPVS mode is taken over as it stands. */
@IpvsTest
@RunsOn(BackEnd.IPVS)
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class IpvsLeftBehindTest {
  private NetworkNamespace node;

  @BeforeEach
  void build() {
    node = NetworkNamespace.create("node");
    run("ip address add 172.20.0.1/24 dev lo");
  }

  @AfterEach
  void remove() {
    node.close();
  }

  private String run(String command) {
    return node.exec(command.split(" ")).orThrow().out();
  }

  /** A Service that there still is, with an endpoint that has gone, and a Service that is gone. */
  private void kubeProxy() {
    run("ip link add kube-ipvs0 type dummy");
    run("ipset create KUBE-CLUSTER-IP hash:ip,port family inet hashsize 1024 maxelem 65536");
    for (String service : new String[] {"10.96.0.10", "10.96.0.99"}) {
      run("ip address add " + service + "/32 dev kube-ipvs0");
      run("ipvsadm -A -t " + service + ":80 -s rr");
      run("ipvsadm -a -t " + service + ":80 -r 10.244.1.9:8080 -m -w 1");
      run("ipset add KUBE-CLUSTER-IP " + service + ",tcp:80");
    }
  }

  @EveryFlavour(families = IpFamily.IPV4)
  @Conformance(Row.V4)
  void whatKubeProxyLeftIsTakenOver(Flavour flavour) throws Exception {
    Cluster cluster = Cluster.of("web.yaml");
    kubeProxy();
    try (ProgrammedNode programmed = new ProgrammedNode(node, flavour)) {
      programmed.program(cluster);

      assertThat(programmed.installation().read())
          .isEqualTo(programmed.installation().compiled(cluster));
      assertThat(listed()).contains("10.96.0.10", "10.244.1.3").doesNotContain("10.96.0.99");
      // what has no connections may still be draining, and gets no new ones
      assertThat(run("ipvsadm -Sn").lines())
          .filteredOn(line -> line.contains("10.244.1.9"))
          .allMatch(line -> line.endsWith("-w 0"));
    }
  }

  private String listed() {
    return Stream.of("ipvsadm -Sn", "ipset save", "ip address show dev kube-ipvs0")
        .map(this::run)
        .collect(Collectors.joining("\n"));
  }
}
