package dev.sluice.applier.cli;

import dev.sluice.applier.conntrack.ConntrackLimits;
import dev.sluice.applier.conntrack.ConntrackSysctls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The limits of connection tracking, called as kube-proxy calls them. */
final class ConntrackOptions {
  private static final Logger LOG = LoggerFactory.getLogger(ConntrackOptions.class);

  @Option(
      names = "--conntrack-max-per-core",
      defaultValue = "32768",
      paramLabel = "N",
      description = {
        "How many connections may be tracked for each core; a greater limit is left alone.",
        "0: leave the limit alone, whatever --conntrack-min says. Default: 32768."
      })
  int maxPerCore;

  @Option(
      names = "--conntrack-min",
      defaultValue = "131072",
      paramLabel = "N",
      description = "How many connections may be tracked at least. Default: 131072.")
  int min;

  @Option(
      names = "--conntrack-tcp-timeout-established",
      defaultValue = "24h",
      paramLabel = "DURATION",
      description = "When an idle TCP connection is forgotten; 0: leave alone. Default: 24h.")
  Duration tcpTimeoutEstablished = Duration.ZERO;

  @Option(
      names = "--conntrack-tcp-timeout-close-wait",
      defaultValue = "1h",
      paramLabel = "DURATION",
      description = "When a half-closed TCP connection is forgotten; 0: leave alone. Default: 1h.")
  Duration tcpTimeoutCloseWait = Duration.ZERO;

  @Option(
      names = "--conntrack-tcp-be-liberal",
      description = "Track TCP packets that are out of their window, too. Default: leave alone.")
  boolean tcpBeLiberal;

  @Option(
      names = "--conntrack-udp-timeout",
      defaultValue = "0s",
      paramLabel = "DURATION",
      description = "When an unanswered UDP flow is forgotten; 0: leave alone. Default: 0s.")
  Duration udpTimeout = Duration.ZERO;

  @Option(
      names = "--conntrack-udp-timeout-stream",
      defaultValue = "0s",
      paramLabel = "DURATION",
      description = "When an answered UDP flow is forgotten; 0: leave alone. Default: 0s.")
  Duration udpTimeoutStream = Duration.ZERO;

  /** What was asked for. */
  ConntrackLimits limits(CommandLine command) {
    try {
      return new ConntrackLimits(
          maxPerCore,
          min,
          tcpTimeoutEstablished,
          tcpTimeoutCloseWait,
          tcpBeLiberal,
          udpTimeout,
          udpTimeoutStream);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(command, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Sets this machine's kernel; warns of what it refuses.
   *
   * @return whether TCP packets out of their connection's window count as valid now
   */
  static boolean apply(ConntrackLimits limits) {
    int cores = Runtime.getRuntime().availableProcessors();
    ConntrackSysctls sysctls = new ConntrackSysctls(Path.of("/"));
    List<String> failures = sysctls.apply(limits, cores);
    failures.forEach(
        failure -> LOG.warn("not set: {}; {} on the node does", failure, PrepareNodeCommand.NAME));
    return sysctls.tcpLiberal();
  }
}
