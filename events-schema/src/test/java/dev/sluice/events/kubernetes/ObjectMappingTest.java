package dev.sluice.events.kubernetes;

import static dev.sluice.events.kubernetes.Manifests.map;
import static dev.sluice.events.kubernetes.Manifests.node;
import static dev.sluice.events.kubernetes.Manifests.object;
import static dev.sluice.events.kubernetes.Manifests.service;
import static dev.sluice.events.kubernetes.Manifests.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.Fixtures;
import dev.sluice.events.model.Endpoint;
import dev.sluice.events.model.EndpointPort;
import dev.sluice.events.model.EndpointSlice;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.LoadBalancerAddress;
import dev.sluice.events.model.LoadBalancerAddress.IpMode;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.NodeAddress;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import dev.sluice.events.model.ServicePort;
import dev.sluice.events.model.SessionAffinity;
import dev.sluice.events.model.TrafficPolicy;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectMappingTest {
  @Test
  void aServiceIsReadInFull() {
    ObservedObject observed = Fixtures.observed("service.yaml");
    Service service = (Service) observed.object();

    assertThat(observed.resourceVersion()).isEqualTo("1042");
    assertThat(service.name()).isEqualTo(new ServiceName("shop", "web"));
    assertThat(service.type()).isEqualTo(Service.Type.LOAD_BALANCER);
    assertThat(service.clusterIps())
        .containsExactly(IpAddress.parse("10.96.0.10"), IpAddress.parse("fd00:96::a"));
    assertThat(service.ports())
        .containsExactly(
            new ServicePort("http", Protocol.TCP, 80, 30080),
            new ServicePort("dns", Protocol.UDP, 53, 0));
    assertThat(service.externalTrafficPolicy()).isEqualTo(TrafficPolicy.LOCAL);
    assertThat(service.internalTrafficPolicy()).isEqualTo(TrafficPolicy.CLUSTER);
    assertThat(service.sessionAffinity()).contains(new SessionAffinity(600));
    assertThat(service.healthCheckNodePort()).isEqualTo(32000);
    assertThat(service.loadBalancerSourceRanges())
        .extracting(Object::toString)
        .containsExactly("203.0.113.0/24", "2001:db8::/32");
    assertThat(service.loadBalancerAddresses())
        .as("host names are for DNS")
        .containsExactly(
            new LoadBalancerAddress(IpAddress.parse("192.0.2.1"), IpMode.VIP),
            new LoadBalancerAddress(IpAddress.parse("2001:db8::1"), IpMode.PROXY));
  }

  @Test
  void absentFieldsOfAServiceHaveTheApisDefaults() {
    Service service = service("clusterIP: 10.96.0.1, ports: [{port: 443}]");

    assertThat(service.type()).isEqualTo(Service.Type.CLUSTER_IP);
    assertThat(service.clusterIps()).containsExactly(IpAddress.parse("10.96.0.1"));
    assertThat(service.ports()).containsExactly(new ServicePort("", Protocol.TCP, 443, 0));
    assertThat(service.internalTrafficPolicy()).isEqualTo(TrafficPolicy.CLUSTER);
    assertThat(service.externalTrafficPolicy()).isEqualTo(TrafficPolicy.CLUSTER);
    assertThat(service.sessionAffinity()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "clusterIP: None",
        "clusterIP: None, clusterIPs: [None]",
        "clusterIP: ''",
        "type: ExternalName, externalName: example.org",
        ""
      })
  void aServiceMayHaveNoClusterIp(String spec) {
    assertThat(service(spec).clusterIps()).isEmpty();
  }

  @Test
  void affinityWithoutATimeoutLastsThreeHours() {
    assertThat(service("sessionAffinity: ClientIP").sessionAffinity())
        .contains(new SessionAffinity(10_800));
    assertThat(service("sessionAffinity: None, sessionAffinityConfig: {}").sessionAffinity())
        .isEmpty();
  }

  @Test
  void theSameNumberMayBeUsedByTwoProtocols() {
    assertThat(service("ports: [{name: a, port: 53}, {name: b, port: 53, protocol: UDP}]").ports())
        .hasSize(2);
  }

  @Test
  void aServiceOfAnotherProxySaysSo() {
    Service service =
        (Service)
            object(
                "{apiVersion: v1, kind: Service, metadata: {name: a,"
                    + " labels: {service.kubernetes.io/service-proxy-name: other}}}");

    assertThat(service.proxyName()).isEqualTo("other");
    assertThat(service.name()).as("the default namespace").hasToString("default/a");
  }

  @Test
  void aSliceIsReadInFull() {
    ObservedObject observed = Fixtures.observed("endpointslice.yaml");
    EndpointSlice slice = (EndpointSlice) observed.object();

    assertThat(observed.triggerTime()).contains(Instant.parse("2026-03-01T11:59:59Z"));
    assertThat(slice.serviceName()).contains(new ServiceName("shop", "web"));
    assertThat(slice.ports())
        .containsExactly(
            new EndpointPort("http", Protocol.TCP, 8080),
            new EndpointPort("dns", Protocol.UDP, 5353));
    assertThat(slice.endpoints())
        .extracting(Endpoint::address)
        .as("the first address of each")
        .extracting(Object::toString)
        .containsExactly("10.244.1.5", "10.244.2.6", "10.244.3.8");
    assertThat(slice.endpoints().getFirst().hintZones()).containsExactly("zone-1");
    assertThat(slice.endpoints().getFirst().hintNodes()).containsExactly("node-a");
    assertThat(slice.headless()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                 | true  | true  | false",
        "'conditions: {}'                   | true  | true  | false",
        "'conditions: {ready: null}'        | true  | true  | false",
        "'conditions: {ready: false}'       | false | true  | false",
        "'conditions: {serving: false}'     | true  | false | false",
        "'conditions: {terminating: true}'  | true  | true  | true",
      })
  void unsetConditionsHaveTheApisDefaults(
      String conditions, boolean ready, boolean serving, boolean terminating) {
    Endpoint endpoint =
        slice("", "endpoints: [{addresses: [10.0.0.1], %s}]".formatted(conditions))
            .endpoints()
            .getFirst();

    assertThat(endpoint.ready()).isEqualTo(ready);
    assertThat(endpoint.serving()).isEqualTo(serving);
    assertThat(endpoint.terminating()).isEqualTo(terminating);
  }

  @Test
  void labelsOfASliceAreRead() {
    assertThat(slice("", "").serviceName()).isEmpty();
    assertThat(slice("service.kubernetes.io/headless: ''", "").headless()).isTrue();
    assertThat(slice("service.kubernetes.io/service-proxy-name: other", "").proxyName())
        .isEqualTo("other");
  }

  @Test
  void portsWithoutANumberAndEndpointsWithoutAnAddressAreSkipped() {
    EndpointSlice slice =
        slice("", "ports: [{name: all}, {port: 80}], endpoints: [{}, {addresses: []}]");

    assertThat(slice.ports()).containsExactly(new EndpointPort("", Protocol.TCP, 80));
    assertThat(slice.endpoints()).isEmpty();
  }

  @Test
  void slicesOfNamesAreNotRead() {
    assertThat(
            map(
                "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: a},"
                    + " addressType: FQDN, endpoints: [{addresses: [example.org]}]}"))
        .isEmpty();
  }

  @Test
  void aTriggerTimeThatIsNoneIsIgnored() {
    ObservedObject observed =
        map("{apiVersion: v1, kind: Service, metadata: {name: a, annotations: "
                + "{endpoints.kubernetes.io/last-change-trigger-time: soon}}}")
            .orElseThrow();

    assertThat(observed.triggerTime()).isEmpty();
    assertThat(observed.resourceVersion()).isEmpty();
  }

  @Test
  void aNodeIsReadInFull() {
    Node node = (Node) Fixtures.observed("node.yaml").object();

    assertThat(node.zone()).isEqualTo("zone-1");
    assertThat(node.deleting()).isTrue();
    assertThat(node.beingScaledDown()).isTrue();
    assertThat(node.podCidrs())
        .extracting(Object::toString)
        .containsExactly("10.244.1.0/24", "fd00:244:1::/64");
    assertThat(node.addresses())
        .extracting(NodeAddress::type)
        .containsExactly(
            NodeAddress.Type.INTERNAL_IP,
            NodeAddress.Type.INTERNAL_IP,
            NodeAddress.Type.EXTERNAL_IP);
  }

  @Test
  void aPlainNodeIsNeitherDeletedNorScaledDown() {
    Node node = node("podCIDR: 10.1.0.0/24, taints: [{key: other}]", "");

    assertThat(node.deleting()).isFalse();
    assertThat(node.beingScaledDown()).isFalse();
    assertThat(node.podCidrs()).extracting(Object::toString).containsExactly("10.1.0.0/24");
    assertThat(node.zone()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{apiVersion: v1, kind: Pod, metadata: {name: a}}",
        "{apiVersion: apps/v1, kind: Service, metadata: {name: a}}",
        "{apiVersion: discovery.k8s.io/v1beta1, kind: EndpointSlice, metadata: {name: a}}",
        "{apiVersion: v1, kind: ConfigMap}",
        "{}"
      })
  void otherKindsAreNotRead(String text) {
    assertThat(map(text)).isEmpty();
  }
}
