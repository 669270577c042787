package dev.sluice.applier.conntrack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How connection tracking is to be set, in kube-proxy's terms. Pure.
 *
 * @param maxPerCore how many entries there may be for each core; 0: leave the limit alone
 * @param min how many there may be at least, unless {@code maxPerCore} is 0
 * @param tcpTimeoutEstablished when an idle TCP connection is forgotten; zero: leave it alone
 * @param tcpTimeoutCloseWait the same for one that is half closed
 * @param tcpBeLiberal whether packets outside the window are let pass; false: leave it alone
 * @param udpTimeout when a flow is forgotten that has not been answered; zero: leave it alone
 * @param udpTimeoutStream the same for one that has been answered
 */
public record ConntrackLimits(
    int maxPerCore,
    int min,
    Duration tcpTimeoutEstablished,
    Duration tcpTimeoutCloseWait,
    boolean tcpBeLiberal,
    Duration udpTimeout,
    Duration udpTimeoutStream) {

  /**
   * A kernel parameter.
   *
   * @param atLeast whether a greater value is left alone
   */
  record Setting(String name, long value, boolean atLeast) {}

  public ConntrackLimits {
    if (maxPerCore < 0 || min < 0) {
      throw new IllegalArgumentException("limits of connection tracking must not be negative");
    }
  }

  /** How many entries there may be; 0: leave the limit alone. */
  long max(int cores) {
    return maxPerCore == 0 ? 0 : Math.max(min, (long) maxPerCore * cores);
  }

  /** What is to be set below /proc/sys/net/netfilter, in order. */
  List<Setting> settings(int cores) {
    List<Setting> settings = new ArrayList<>();
    if (max(cores) > 0) {
      settings.add(new Setting("nf_conntrack_max", max(cores), true));
    }
    add(settings, "nf_conntrack_tcp_timeout_established", tcpTimeoutEstablished);
    add(settings, "nf_conntrack_tcp_timeout_close_wait", tcpTimeoutCloseWait);
    add(settings, "nf_conntrack_udp_timeout", udpTimeout);
    add(settings, "nf_conntrack_udp_timeout_stream", udpTimeoutStream);
    if (tcpBeLiberal) {
      settings.add(new Setting("nf_conntrack_tcp_be_liberal", 1, false));
    }
    return settings;
  }

  private static void add(List<Setting> settings, String name, Duration timeout) {
    if (timeout.toSeconds() > 0) {
      settings.add(new Setting(name, timeout.toSeconds(), false));
    }
  }
}
