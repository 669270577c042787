package dev.sluice.events.event;

import dev.sluice.events.model.ProxyMode;
import java.util.Optional;

/**
 * Which mode {@code auto} means, by the number of Services. Between the two limits it stays what it
 * was, so that a number that goes up and down there switches no node. Pure.
 *
 * @param ipvsFrom so many Services mean ipvs
 * @param iptablesBelow fewer than that mean iptables again; at most {@code ipvsFrom}
 */
public record AutoMode(int ipvsFrom, int iptablesBelow) {
  public static final AutoMode DEFAULT = new AutoMode(1000, 800);

  public AutoMode {
    if (iptablesBelow < 1 || ipvsFrom < iptablesBelow) {
      throw new IllegalArgumentException(
          "ipvs from %d Services and iptables again below %d: the second must be 1 to the first"
              .formatted(ipvsFrom, iptablesBelow));
    }
  }

  /**
   * Decides anew.
   *
   * @param head says what was decided before, if anything was
   * @param services how many Services a proxy serves at the head's revision
   * @return the head with what is decided; the same where nothing changes
   */
  public Head decide(Head head, int services) {
    boolean wasIpvs = head.proxyMode().equals(Optional.of(ProxyMode.IPVS.toString()));
    int limit = wasIpvs ? iptablesBelow : ipvsFrom;
    String mode = (services < limit ? ProxyMode.IPTABLES : ProxyMode.IPVS).toString();
    return head.proxyMode().equals(Optional.of(mode))
        ? head
        : head.withMode(mode, new ModeReason(services, limit, head.revision()));
  }
}
