package dev.sluice.local.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.fixture.MovedClock;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.ipvs.Exclusions;
import dev.sluice.applier.ipvs.IpvsOptions;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.Backend.Leaving;
import dev.sluice.applier.program.Backend.Written;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A node that changes between iptables and IPVS mode in the order in which an applier does it. For
 * one thread.
 */
final class SwitchedNode implements AutoCloseable {
  static final Duration PERIOD = Duration.ofMinutes(5);

  final MovedClock clock = new MovedClock();
  final IpvsServers ipvs;
  final IptablesTables iptables;
  private final Cluster cluster;
  private final NodeConfig config;
  private Backend ipvsBackend;
  private Backend iptablesBackend;

  /**
   * Nothing is written yet.
   *
   * @param flavour one of IPVS
   * @param cluster what it forwards
   */
  SwitchedNode(NetworkNamespace node, Flavour flavour, Cluster cluster, NodeConfig config) {
    this.cluster = cluster;
    this.config = config;
    ipvs =
        new IpvsServers(
            node,
            flavour,
            config,
            IpvsServers.settings(IpvsOptions.DEFAULTS, Exclusions.NONE, PERIOD),
            clock);
    iptables = new IptablesTables(node, flavour, config, IptablesOptions.DEFAULTS, List.of());
    ipvsBackend = ipvs.start();
    iptablesBackend = iptables.start();
  }

  /** Forgets both back ends, as a restart does. */
  void restart() {
    ipvsBackend = ipvs.start();
    iptablesBackend = iptables.start();
  }

  /** Has iptables take over; IPVS begins to give way. */
  Leaving toIptables() throws IOException {
    return turn(iptablesBackend, ipvsBackend);
  }

  /** Has IPVS take over; nothing of iptables mode has to wait. */
  Leaving toIpvs() throws IOException {
    return turn(ipvsBackend, iptablesBackend);
  }

  private Leaving turn(Backend next, Backend before) throws IOException {
    next.forget();
    next.plan(cluster.policy(config), cluster.virtualServers());
    next.apply();
    return before.leave();
  }

  /** IPVS goes on to give way. */
  Leaving leaveIpvs() throws IOException {
    Written _ = ipvsBackend.tick();
    return ipvsBackend.leave();
  }

  /** The same again and again, on the kernel's clock, until the connections are forgotten. */
  Leaving leaveIpvsUntilForgotten() throws Exception {
    long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    Leaving leaving = leaveIpvs();
    while (leaving != Leaving.DONE && System.nanoTime() < limit) {
      Thread.sleep(200);
      clock.move(Duration.ofSeconds(1));
      leaving = leaveIpvs();
    }
    return leaving;
  }

  /** That the kernel has iptables mode's rules and nothing of IPVS. */
  void assertIptablesAlone() throws IOException {
    assertThat(ipvs.objects()).isEmpty();
    assertThat(iptables.read()).isEqualTo(iptables.compiled(cluster));
    assertThat(ipvs.device()).isEmpty();
  }

  /** That the kernel has IPVS mode's objects and no rules but its own. */
  void assertIpvsAlone() throws IOException {
    assertThat(ipvs.read()).isEqualTo(ipvs.compiled(cluster));
  }

  @Override
  public void close() throws IOException {
    iptables.close();
    ipvs.close();
  }
}
