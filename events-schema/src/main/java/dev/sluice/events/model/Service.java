package dev.sluice.events.model;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a proxy reads of a Service.
 *
 * @param clusterIps one or two, or none where the Service is headless or has no address yet
 * @param externalIps in the API's order
 * @param loadBalancerSourceRanges empty: no limit
 * @param sessionAffinity empty: none
 * @param healthCheckNodePort 1 to 65535, or 0 for none
 * @param proxyName the label {@code service.kubernetes.io/service-proxy-name}: some other proxy
 *     serves this Service; empty: we do
 */
public record Service(
    ServiceName name,
    Type type,
    List<IpAddress> clusterIps,
    List<ServicePort> ports,
    List<IpAddress> externalIps,
    List<LoadBalancerAddress> loadBalancerAddresses,
    List<Cidr> loadBalancerSourceRanges,
    TrafficPolicy internalTrafficPolicy,
    TrafficPolicy externalTrafficPolicy,
    Optional<SessionAffinity> sessionAffinity,
    int healthCheckNodePort,
    String proxyName)
    implements ClusterObject {

  /** The API's Service types. */
  public enum Type {
    CLUSTER_IP("ClusterIP"),
    NODE_PORT("NodePort"),
    LOAD_BALANCER("LoadBalancer"),
    EXTERNAL_NAME("ExternalName");

    private final String apiName;

    Type(String apiName) {
      this.apiName = apiName;
    }

    /** The API's spelling. */
    @Override
    public String toString() {
      return apiName;
    }
  }

  public Service {
    clusterIps = List.copyOf(clusterIps);
    ports = List.copyOf(ports);
    externalIps = List.copyOf(externalIps);
    loadBalancerAddresses = List.copyOf(loadBalancerAddresses);
    loadBalancerSourceRanges = List.copyOf(loadBalancerSourceRanges);
    Ports.portOrNone("healthCheckNodePort", healthCheckNodePort);
    Names.labelValue("service-proxy-name", proxyName);
    checkClusterIps(clusterIps);
    checkPorts(ports);
  }

  /** Why no proxy of ours serves it, to follow its name; empty where one does. */
  public Optional<String> notServed() {
    if (type == Type.EXTERNAL_NAME) {
      return Optional.of(" is an ExternalName: only DNS knows it");
    }
    if (!proxyName.isEmpty()) {
      return Optional.of(" is for another proxy, " + proxyName);
    }
    return clusterIps.isEmpty()
        ? Optional.of(" is headless: it has no address of its own, clients use its endpoints'")
        : Optional.empty();
  }

  /**
   * Whether load balancers ask each node if it has endpoints, at {@link #healthCheckNodePort}: they
   * do where traffic is not passed on to other nodes.
   */
  public boolean checksHealth() {
    return healthCheckNodePort != 0
        && type == Type.LOAD_BALANCER
        && externalTrafficPolicy == TrafficPolicy.LOCAL;
  }

  private static void checkClusterIps(List<IpAddress> ips) {
    if (ips.stream().map(IpAddress::family).distinct().count() < ips.size()) {
      throw new InvalidObjectException("clusterIPs " + ips + " are more than one of a family");
    }
  }

  private static void checkPorts(List<ServicePort> ports) {
    record NumberedPort(Protocol protocol, int port) {}
    Set<String> names = new HashSet<>();
    Set<NumberedPort> numbers = new HashSet<>();
    for (ServicePort port : ports) {
      if (!names.add(port.name())) {
        throw new InvalidObjectException("port name \"" + port.name() + "\" occurs twice");
      }
      if (!numbers.add(new NumberedPort(port.protocol(), port.port()))) {
        throw new InvalidObjectException("port " + port.port() + " occurs twice");
      }
    }
  }

  @Override
  public ObjectKey key() {
    return name.key();
  }
}
