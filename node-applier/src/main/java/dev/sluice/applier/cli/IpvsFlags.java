package dev.sluice.applier.cli;

import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.ipvs.Exclusions;
import dev.sluice.applier.ipvs.IpvsBackend;
import dev.sluice.applier.ipvs.IpvsOptions;
import dev.sluice.events.model.Cidr;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What shapes IPVS mode, called as kube-proxy calls it where it has it. */
final class IpvsFlags {
  private static final List<String> SCHEDULERS =
      List.of("rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "dh", "sed", "nq", "mh");

  @Option(
      names = "--ipvs-scheduler",
      defaultValue = "rr",
      paramLabel = "NAME",
      description = {
        "By what virtual servers choose an endpoint: rr, wrr, lc, wlc, lblc, lblcr, sh, dh, sed,",
        "nq or mh; all endpoints weigh the same. Default: rr."
      })
  String scheduler = "rr";

  @Option(
      names = "--ipvs-exclude-cidrs",
      split = ",",
      paramLabel = "CIDR",
      converter = ProxyOptions.CidrConverter.class,
      description = "Addresses whose virtual servers are never removed.")
  List<Cidr> excluded = List.of();

  @Option(
      names = "--ipvs-strict-arp",
      description = "Do not let other interfaces answer for Services' addresses (arp_ignore=1).")
  boolean strictArp;

  @Option(
      names = "--ipvs-drain-period",
      defaultValue = "15m",
      paramLabel = "DURATION",
      description = {
        "How long an endpoint that is no longer wanted may keep its TCP connections; it gets no new",
        "ones. Default: 15m."
      })
  Duration drainPeriod = IpvsBackend.Settings.DEFAULT_DRAIN_PERIOD;

  /**
   * What they say of the program.
   *
   * @throws ParameterException if there is no such scheduler
   */
  IpvsOptions options(CommandLine command, IptablesOptions rules) {
    if (!SCHEDULERS.contains(scheduler)) {
      throw new ParameterException(
          command,
          "--ipvs-scheduler: \"%s\" is none of: %s"
              .formatted(scheduler, String.join(", ", SCHEDULERS)));
    }
    return new IpvsOptions(scheduler, rules);
  }

  Exclusions exclusions() {
    return new Exclusions(excluded);
  }
}
