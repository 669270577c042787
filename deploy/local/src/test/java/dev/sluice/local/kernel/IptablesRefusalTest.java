package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.applier.iptables.IptablesKernel.Removed;
import dev.sluice.applier.program.Backend.Refusal;
import dev.sluice.events.kubernetes.ManifestFile;
import dev.sluice.events.kubernetes.ObservedObject;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** That what the kernel refuses of one Service holds back no other. */
@KernelTest
@RunsOn({BackEnd.IPTABLES_LEGACY, BackEnd.IPTABLES_NFT})
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init")
class IptablesRefusalTest {
  /** Endpoints at this port get a rule that no kernel takes: there is no REJECT in nat. */
  private static final int REFUSED_PORT = 666;

  private static final String OUTAGE =
      "sed 's/^\\(-A KUBE-SVC-.*\\)-j DNAT --to-destination [^ ]*:%d$/\\1-j REJECT/' | \"$@\""
          .formatted(REFUSED_PORT);
  private static final String ONLY_RESTORE =
      "#!/bin/sh\ncase \"$*\" in *restore*) " + OUTAGE + ";; *) \"$@\";; esac\n";

  private static final ServiceName BAD = new ServiceName("default", "bad");

  @TempDir Path folder;
  private NetworkNamespace namespace;

  @BeforeEach
  void build() {
    namespace = NetworkNamespace.create("refusal");
  }

  @AfterEach
  void remove() {
    namespace.close();
  }

  private ProgrammedNode node(Flavour flavour) throws IOException {
    Path path = folder.resolve("wrapper-" + flavour);
    Files.writeString(path, ONLY_RESTORE);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    return new ProgrammedNode(namespace, flavour, List.of(path.toString()));
  }

  private static List<ClusterObject> service(String name, int number, int endpointPort) {
    String manifests =
        """
        apiVersion: v1
        kind: Service
        metadata: {namespace: default, name: NAME}
        spec:
          clusterIPs: [10.96.1.NUMBER, "fd00:10:96::NUMBER"]
          ports: [{protocol: TCP, port: 80}]
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {namespace: default, name: NAME-4, labels: {kubernetes.io/service-name: NAME}}
        addressType: IPv4
        ports: [{name: "", protocol: TCP, port: PORT}]
        endpoints: [{addresses: [10.244.9.NUMBER]}]
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {namespace: default, name: NAME-6, labels: {kubernetes.io/service-name: NAME}}
        addressType: IPv6
        ports: [{name: "", protocol: TCP, port: PORT}]
        endpoints: [{addresses: ["fd00:10:244:9::NUMBER"]}]
        """
            .replace("NAME", name)
            .replace("NUMBER", "" + number)
            .replace("PORT", "" + endpointPort);
    return ManifestFile.parse(manifests).objects().stream()
        .map(ObservedObject::object)
        .map(ClusterObject.class::cast)
        .toList();
  }

  /** So many Services that the kernel takes. */
  private static Cluster good(int count) {
    return Cluster.EMPTY.with(
        IntStream.rangeClosed(1, count)
            .boxed()
            .flatMap(number -> service("good-" + number, number, 8080).stream())
            .toList());
  }

  @EveryFlavour
  void fromTheStartAllOthersAreForwarded(Flavour flavour) throws IOException {
    Cluster others = good(20);
    try (ProgrammedNode node = node(flavour)) {
      node.program(others.with(service("bad", 99, REFUSED_PORT)));

      assertThat(node.iptables().program()).isEqualTo(node.iptables().planned(others));
      assertThat(node.backend().refusals())
          .singleElement()
          .satisfies(one -> assertThat(one.object()).isEqualTo("Service/default/bad"))
          .satisfies(one -> assertThat(one.reason()).contains("refused by the kernel"));
    }
  }

  @EveryFlavour
  void itsLastGoodRulesStayAndOtherChangesAreWritten(Flavour flavour) throws IOException {
    Cluster before = good(5).with(service("bad", 99, 8080));
    try (ProgrammedNode node = node(flavour)) {
      node.program(before);

      Cluster change =
          before.with(
              Stream.of(service("bad", 99, REFUSED_PORT), service("good-3", 33, 8081))
                  .flatMap(List::stream)
                  .toList());
      node.update(change);

      Cluster withoutTheRefused = before.with(service("good-3", 33, 8081));
      assertThat(node.iptables().program()).isEqualTo(node.iptables().planned(withoutTheRefused));
      assertThat(objects(node)).containsExactly("Service/default/bad");

      Cluster next = change.with(service("good-6", 66, 8080));
      node.update(next);
      assertThat(node.iptables().program())
          .isEqualTo(node.iptables().planned(withoutTheRefused.with(service("good-6", 66, 8080))));
      assertThat(objects(node)).containsExactly("Service/default/bad");
      assertThat(node.backend().repair().commits()).isZero();
    }
  }

  @EveryFlavour
  void itIsForwardedOnceItsRulesAreTaken(Flavour flavour) throws IOException {
    Cluster refused = good(3).with(service("bad", 99, REFUSED_PORT));
    try (ProgrammedNode node = node(flavour)) {
      node.program(refused);
      assertThat(objects(node)).isNotEmpty();

      Cluster mended = refused.with(service("bad", 99, 8080));
      node.update(mended);

      assertThat(node.iptables().program()).isEqualTo(node.iptables().planned(mended));
      assertThat(objects(node)).isEmpty();
    }
  }

  @EveryFlavour
  void itIsTriedAgainWithoutAChange(Flavour flavour) throws IOException {
    Cluster refused = good(3).with(service("bad", 99, REFUSED_PORT));
    try (ProgrammedNode node = node(flavour)) {
      node.program(refused);
      node.backend().retry();
      node.backend().apply();
      assertThat(objects(node)).containsExactly("Service/default/bad");

      Files.writeString(folder.resolve("wrapper-" + flavour), "#!/bin/sh\nexec \"$@\"\n");
      node.backend().retry();
      node.backend().apply();

      assertThat(node.iptables().program()).isEqualTo(node.iptables().planned(refused));
      assertThat(objects(node)).isEmpty();
    }
  }

  @EveryFlavour
  void severalAreAllFound(Flavour flavour) throws IOException {
    Cluster others = good(12);
    try (ProgrammedNode node = node(flavour)) {
      node.program(
          others
              .with(service("bad", 99, REFUSED_PORT))
              .with(service("a-worse-one", 98, REFUSED_PORT))
              .with(service("great", 97, REFUSED_PORT)));

      assertThat(node.iptables().program()).isEqualTo(node.iptables().planned(others));
      assertThat(objects(node))
          .containsExactly(
              "Service/default/a-worse-one", "Service/default/bad", "Service/default/great");
    }
  }

  @EveryFlavour
  @Conformance(Row.T7)
  void aChainThatOthersLeadToIsEmptiedAndHoldsBackNothing(Flavour flavour) throws IOException {
    Cluster before = good(3);
    Cluster both = before.with(service("bad", 99, 8080));
    try (ProgrammedNode node = new ProgrammedNode(namespace, flavour)) {
      node.program(both);
      String chain = chainTo(flavour.family() == IpFamily.IPV4 ? "10.244.9.99:" : "9::99]:", node);
      node.iptables().restore("*nat\n:OTHERS - [0:0]\n-A OTHERS -j " + chain + "\nCOMMIT\n");

      node.update(both.without(BAD.key()));

      assertThat(node.iptables().listed("nat"))
          .contains(":" + chain + " ")
          .doesNotContain("-A " + chain);
      assertThat(objects(node)).containsExactly("removal of nat " + chain);
      node.update(before.with(service("good-4", 4, 8080)));
      assertThat(node.iptables().listed("nat")).contains("default/good-4");
      assertThat(node.backend().repair().commits()).isZero();

      node.iptables().restore("*nat\n-F OTHERS\nCOMMIT\n");
      node.backend().retry();
      node.backend().apply();
      assertThat(node.iptables().listed("nat")).doesNotContain(chain);
      assertThat(objects(node)).isEmpty();
    }
  }

  @EveryFlavour
  void aServiceThatComesBackToSuchAChainIsServedThoughAnotherIsRefused(Flavour flavour)
      throws IOException {
    Cluster before = good(3);
    Cluster served = before.with(service("back", 98, 8080));
    try (ProgrammedNode node = node(flavour)) {
      node.program(served);
      String chain = chainTo(flavour.family() == IpFamily.IPV4 ? "10.244.9.98:" : "9::98]:", node);
      node.iptables().restore("*nat\n:OTHERS - [0:0]\n-A OTHERS -j " + chain + "\nCOMMIT\n");
      node.update(served.without(new ServiceName("default", "back").key()));
      assertThat(objects(node)).containsExactly("removal of nat " + chain);

      node.update(
          before.with(
              Stream.of(service("back", 98, 8080), service("bad", 99, REFUSED_PORT))
                  .flatMap(List::stream)
                  .toList()));

      assertThat(objects(node)).contains("Service/default/bad");
      assertThat(node.iptables().program()).isEqualTo(node.iptables().planned(served));
    }
  }

  @EveryFlavour
  @Conformance({Row.S5, Row.T7})
  void cleanUpRemovesTheRestAndNamesTheChain(Flavour flavour) throws IOException {
    try (ProgrammedNode node = new ProgrammedNode(namespace, flavour)) {
      node.program(good(3));
      node.iptables().restore("*nat\n:OTHERS - [0:0]\n-A OTHERS -j KUBE-MARK-MASQ\nCOMMIT\n");

      Removed removed = node.iptables().clear();

      assertThat(removed.kept().keySet())
          .extracting(Object::toString)
          .containsExactly("nat KUBE-MARK-MASQ");
      assertThat(node.iptables().program().objects().keySet())
          .extracting(Object::toString)
          .containsExactly("nat KUBE-MARK-MASQ");
      node.iptables().restore("*nat\n-F OTHERS\n-X OTHERS\nCOMMIT\n");
      assertThat(node.iptables().clear().kept()).isEmpty();
      assertThat(node.iptables().program().size()).isZero();
    }
  }

  @EveryFlavour
  void whereEverythingIsRefusedNoServiceIsBlamed(Flavour flavour) throws IOException {
    try (ProgrammedNode node = node(flavour)) {
      Cluster all =
          Cluster.EMPTY.with(
              IntStream.rangeClosed(1, 70)
                  .boxed()
                  .flatMap(number -> service("bad-" + number, number, REFUSED_PORT).stream())
                  .toList());

      assertThatThrownBy(() -> node.program(all))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("refused by the kernel");
      assertThat(objects(node)).isEmpty();
    }
  }

  /** The chain that leads to an endpoint. */
  private static String chainTo(String endpoint, ProgrammedNode node) throws IOException {
    return node.iptables().program().objects().entrySet().stream()
        .filter(object -> object.getValue().contains("--to-destination"))
        .filter(object -> object.getValue().contains(endpoint))
        .map(object -> object.getKey().chain())
        .findFirst()
        .orElseThrow();
  }

  private static List<String> objects(ProgrammedNode node) {
    return node.backend().refusals().stream().map(Refusal::object).toList();
  }
}
