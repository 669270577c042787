package dev.sluice.events.model;

/**
 * An address that a load balancer was given.
 *
 * @param ipMode PROXY: the balancer delivers to the nodes itself and the address must not be
 *     programmed
 */
public record LoadBalancerAddress(IpAddress ip, IpMode ipMode) {
  /** The API's {@code ipMode}; unset is VIP. */
  public enum IpMode {
    VIP("VIP"),
    PROXY("Proxy");

    private final String apiName;

    IpMode(String apiName) {
      this.apiName = apiName;
    }

    /** The API's spelling. */
    @Override
    public String toString() {
      return apiName;
    }
  }
}
