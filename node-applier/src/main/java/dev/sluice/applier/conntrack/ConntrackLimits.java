package dev.sluice.applier.conntrack;

import dev.sluice.applier.preparation.Sysctl;
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

  /** kube-proxy's: the kernel's own default before 5.15, and bearable up to this many a bucket. */
  private static final int ENTRIES_A_BUCKET = 4;

  public ConntrackLimits {
    if (maxPerCore < 0 || min < 0) {
      throw new IllegalArgumentException("limits of connection tracking must not be negative");
    }
  }

  /** How many entries there may be; 0: leave the limit alone. */
  long max(int cores) {
    return maxPerCore == 0 ? 0 : Math.max(min, (long) maxPerCore * cores);
  }

  /** The parameters that the kernel should have, in order. */
  public List<Sysctl> sysctls(int cores) {
    List<Sysctl> sysctls = new ArrayList<>();
    if (max(cores) > 0) {
      sysctls.add(Sysctl.netAtLeast("netfilter/nf_conntrack_max", max(cores)));
    }
    add(sysctls, "tcp_timeout_established", tcpTimeoutEstablished);
    add(sysctls, "tcp_timeout_close_wait", tcpTimeoutCloseWait);
    add(sysctls, "udp_timeout", udpTimeout);
    add(sysctls, "udp_timeout_stream", udpTimeoutStream);
    if (tcpBeLiberal) {
      sysctls.add(Sysctl.net("netfilter/nf_conntrack_tcp_be_liberal", 1));
    }
    if (max(cores) > 0) {
      long buckets = max(cores) / ENTRIES_A_BUCKET;
      sysctls.add(new Sysctl("sys/module/nf_conntrack/parameters/hashsize", buckets, true));
    }
    return sysctls;
  }

  private static void add(List<Sysctl> sysctls, String name, Duration timeout) {
    if (timeout.toSeconds() > 0) {
      sysctls.add(Sysctl.net("netfilter/nf_conntrack_" + name, timeout.toSeconds()));
    }
  }
}
