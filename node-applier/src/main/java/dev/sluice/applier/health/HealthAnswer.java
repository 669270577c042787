package dev.sluice.applier.health;

/**
 * The answer to a load balancer, as kube-proxy gives it (kubernetes
 * pkg/proxy/healthcheck/service_health.go), white space included. Pure.
 *
 * @param status the HTTP status
 * @param weight what the node's share of the traffic should be proportional to
 * @param body JSON
 */
record HealthAnswer(int status, int weight, String body) {
  /**
   * The answer for a Service.
   *
   * @param proxyHealthy whether the kernel has what it should have: else the node may send
   *     connections to endpoints that are gone
   */
  static HealthAnswer of(ServiceHealth health, boolean proxyHealthy) {
    String body =
        """
        {
        \t"service": {
        \t\t"namespace": "%s",
        \t\t"name": "%s"
        \t},
        \t"localEndpoints": %d,
        \t"serviceProxyHealthy": %b
        }\
        """
            .formatted(
                health.service().namespace(),
                health.service().name(),
                health.localEndpoints(),
                proxyHealthy);
    int status = health.localEndpoints() > 0 && proxyHealthy ? 200 : 503;
    return new HealthAnswer(status, health.localEndpoints(), body);
  }
}
