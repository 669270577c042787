package dev.sluice.events.difference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.RandomObjects;
import dev.sluice.events.kubernetes.ManifestFile;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.EndpointSlice;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectDifferenceTest {
  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: { name: web, namespace: shop }
      spec:
        type: NodePort
        clusterIP: 10.96.0.80
        ports:
          - { name: http, port: 80, nodePort: 30080 }
          - { name: admin, port: 81, nodePort: 30081 }
      """;

  private static final String SLICE =
      """
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata:
        name: web-1
        namespace: shop
        labels: { kubernetes.io/service-name: web }
      addressType: IPv4
      ports:
        - { name: http, port: 8080 }
      endpoints:
        - { addresses: [10.0.1.2], nodeName: node-1 }
        - { addresses: [10.0.1.3], nodeName: node-1 }
      """;

  private static final String NODE =
      """
      apiVersion: v1
      kind: Node
      metadata: { name: node-1 }
      status:
        addresses: [{ type: InternalIP, address: 192.0.2.1 }]
      """;

  private static Optional<ClusterObject> object(String manifest) {
    return Optional.of(ManifestFile.parse(manifest).objects().getFirst().object());
  }

  private static List<String> differences(String before, String after) {
    assertThat(before).isNotEqualTo(after);
    return texts(ObjectDifference.between(object(before), object(after)));
  }

  private static List<String> texts(List<FieldChange> changes) {
    return changes.stream().map(FieldChange::toString).toList();
  }

  @Test
  void endpointsThatCameAndWentAreNamedByTheirAddresses() {
    assertThat(differences(SLICE, SLICE.replace("10.0.1.3", "10.0.1.4")))
        .containsExactly("endpoints: -10.0.1.3 +10.0.1.4");
  }

  @Test
  void ofAnElementThatStayedTheFieldIsTold() {
    assertThat(differences(SERVICE, SERVICE.replace("30080", "30090")))
        .containsExactly("ports[http].nodePort: 30080 -> 30090");
    assertThat(
            differences(
                SLICE,
                SLICE.replace(
                    "[10.0.1.3], nodeName: node-1",
                    "[10.0.1.3], conditions: { ready: false, terminating: true }")))
        .containsExactly(
            "endpoints[10.0.1.3].ready: true -> false",
            "endpoints[10.0.1.3].terminating: false -> true",
            "endpoints[10.0.1.3].nodeName: -node-1");
  }

  @Test
  void scalarsAndListsOfAServiceAreTold() {
    String other =
        SERVICE
            .replace("type: NodePort", "type: LoadBalancer\n  sessionAffinity: ClientIP")
            .replace("10.96.0.80", "10.96.0.81\n  externalTrafficPolicy: Local")
            .replace(
                "name: admin, port: 81, nodePort: 30081", "name: dns, port: 53, protocol: UDP");

    assertThat(differences(SERVICE, other))
        .containsExactly(
            "type: NodePort -> LoadBalancer",
            "clusterIPs: -10.96.0.80 +10.96.0.81",
            "ports: -admin=81/TCP,nodePort=30081 +dns=53/UDP",
            "externalTrafficPolicy: Cluster -> Local",
            "sessionAffinity: None -> ClientIP 10800s");
  }

  @Test
  void aNodeTellsWhatAProxyReadsOfIt() {
    String other = NODE.replace("192.0.2.1", "192.0.2.9") + "spec: { podCIDRs: [10.244.1.0/24] }\n";

    assertThat(differences(NODE, other))
        .containsExactly(
            "addresses: -InternalIP=192.0.2.1 +InternalIP=192.0.2.9", "podCIDRs: +10.244.1.0/24");
  }

  @Test
  void ofWhatIsNewOrGoneAllThatIsSetIsTold() {
    assertThat(texts(ObjectDifference.between(Optional.empty(), object(SLICE))))
        .containsExactly(
            "service: +shop/web",
            "addressType: +IPv4",
            "ports: +http=8080/TCP",
            "endpoints: +10.0.1.2 +10.0.1.3");
    assertThat(texts(ObjectDifference.between(object(SLICE), Optional.empty())))
        .contains("addressType: -IPv4", "endpoints: -10.0.1.2 -10.0.1.3");
  }

  @Test
  void anotherOrderIsADifference() {
    String swapped =
        SLICE
            .replace("10.0.1.2", "10.0.1.9")
            .replace("10.0.1.3", "10.0.1.2")
            .replace("10.0.1.9", "10.0.1.3");

    assertThat(differences(SLICE, swapped))
        .containsExactly("endpoints: order now 10.0.1.3 10.0.1.2");
  }

  @Test
  void ofManyElementsADozenIsShown() {
    StringBuilder many = new StringBuilder(SLICE);
    for (int i = 0; i < 20; i++) {
      many.append("  - { addresses: [10.0.2.").append(i).append("] }\n");
    }

    assertThat(differences(SLICE, many.toString()))
        .singleElement()
        .asString()
        .contains("+10.0.2.0 ", "+10.0.2.11 +… 8 more")
        .doesNotContain("10.0.2.12");
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void nothingDiffersExactlyWhereVersionsAreEqual(long seed) {
    RandomObjects objects = new RandomObjects(new Random(seed));
    int same = 0;
    ClusterObject before = objects.next();
    for (int i = 0; i < 5000; i++) {
      ClusterObject after = objects.next();
      if (after.key().equals(before.key())) {
        List<FieldChange> changes =
            ObjectDifference.between(Optional.of(before), Optional.of(after));
        assertThat(changes.isEmpty()).as("%s %s", before, after).isEqualTo(before.equals(after));
        same++;
      }
      before = after;
      if (after instanceof EndpointSlice slice && slice.endpoints().size() > 1) {
        ClusterObject turned = turned(slice);
        assertThat(ObjectDifference.between(Optional.of(slice), Optional.of(turned)).isEmpty())
            .isEqualTo(slice.equals(turned));
      }
    }
    assertThat(same).isPositive();
  }

  private static ClusterObject turned(EndpointSlice slice) {
    return new EndpointSlice(
        slice.namespace(),
        slice.name(),
        slice.serviceName(),
        slice.addressType(),
        slice.endpoints().reversed(),
        slice.ports(),
        slice.headless(),
        slice.proxyName());
  }
}
