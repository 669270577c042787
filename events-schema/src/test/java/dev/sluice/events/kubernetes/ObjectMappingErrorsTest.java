package dev.sluice.events.kubernetes;

import static dev.sluice.events.kubernetes.Manifests.map;
import static dev.sluice.events.kubernetes.Manifests.node;
import static dev.sluice.events.kubernetes.Manifests.service;
import static dev.sluice.events.kubernetes.Manifests.slice;
import static dev.sluice.events.kubernetes.Manifests.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.events.model.InvalidObjectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectMappingErrorsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'clusterIP: 10.0.0.300'          | 'clusterIPs: \"10.0.0.300\" is no IP address'",
        "'clusterIPs: [1]'                | 'clusterIPs[0]: expected text, found \"1\"'",
        "'clusterIPs: 10.0.0.1'           | 'clusterIPs: expected a list, found \"10.0.0.1\"'",
        "'type: Cluster'                  | 'type: expected one of [ClusterIP, NodePort,'",
        "'ports: [{port: 80}, {}]'        | 'ports[1]: port 0 is not within 1 to 65535'",
        "'ports: [{port: \"80\"}]'        | 'ports[0].port: expected a number, found \"80\"'",
        "'ports: [{port: 99999999999}]'   | 'ports[0].port: expected a number'",
        "'ports: [{port: 80.5}]'          | 'ports[0].port: expected a number'",
        "'ports: [{port: 1, protocol: x}]'| 'ports[0].protocol: expected one of [TCP, UDP, SCTP]'",
        "'ports: [{port: 1, name: a b}]'  | 'ports[0]: port name \"a b\" has not the form of one'",
        "'ports: [80]'                    | 'ports[0]: expected an object, found \"80\"'",
        "'sessionAffinity: Cookie'        | 'sessionAffinity: \"Cookie\" is none of None, ClientIP'",
        "'externalIPs: [host]'            | 'externalIPs: \"host\" is no IP address'",
        "'loadBalancerSourceRanges: [a]'  | 'loadBalancerSourceRanges: \"a\" is no address range'",
      })
  void aBadValueIsToldWithObjectAndPath(String spec, String reason) {
    assertThatThrownBy(() -> service(spec))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessageStartingWith("Service/shop/web: spec." + reason);
  }

  @Test
  void aBadValueOfTheWholeObjectIsToldWithTheObject() {
    assertThatThrownBy(() -> service("ports: [{name: a, port: 1}, {name: b, port: 1}]"))
        .hasMessage("Service/shop/web: port 1 occurs twice");
    assertThatThrownBy(() -> slice("", "endpoints: [{addresses: ['::1']}]"))
        .hasMessageStartingWith("EndpointSlice/shop/web-1: address ::1 is not of the slice's type");
    assertThatThrownBy(() -> slice("", "endpoints: [{addresses: [x]}]"))
        .hasMessageStartingWith("EndpointSlice/shop/web-1: endpoints[0]: \"x\" is no IP address");
    assertThatThrownBy(() -> node("", "addresses: [{type: InternalIP, address: x}]"))
        .hasMessageStartingWith("Node/n: status.addresses[0]: \"x\" is no IP address");
  }

  @Test
  void anObjectWithoutASoundNameIsRefused() {
    assertThatThrownBy(() -> map("{apiVersion: v1, kind: Service}"))
        .isInstanceOf(InvalidObjectException.class);
    assertThatThrownBy(() -> map("{apiVersion: v1, kind: Node, metadata: {name: 'a;b'}}"))
        .isInstanceOf(InvalidObjectException.class);
    assertThat(ObjectMapping.key(yaml("{apiVersion: v1, kind: Service}"))).isEmpty();
  }
}
