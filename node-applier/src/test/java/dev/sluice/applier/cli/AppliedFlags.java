package dev.sluice.applier.cli;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.ipvs.IpvsOptions;
import dev.sluice.applier.runtime.ReportSettings;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ProxyMode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Flags of {@code sluice apply} as that command takes them, for appliers that tests run. */
@Command
public final class AppliedFlags {
  @Mixin private ProxyOptions proxy = new ProxyOptions();
  @Mixin private IpvsFlags ipvs = new IpvsFlags();
  private final CommandLine line;

  private AppliedFlags(String... arguments) {
    line = dev.sluice.events.host.Launch.prepared(new CommandLine(this));
    line.parseArgs(arguments);
  }

  /** Parses flags. */
  public static AppliedFlags parse(String... arguments) {
    return new AppliedFlags(arguments);
  }

  /** What they say of the node. */
  public NodeConfig config() {
    return proxy.node(line);
  }

  /** The mode that is asked for. */
  public Optional<ProxyMode> mode() {
    return proxy.mode.named();
  }

  /** What they say of iptables. */
  public IptablesOptions iptables() {
    return proxy.iptables(line);
  }

  /** What they say of IPVS. */
  public IpvsOptions ipvs() {
    return ipvs.options(line, iptables());
  }

  /** How an applier with these flags reports. */
  public ReportSettings reports(Duration interval) {
    SettingsOptions options =
        new SettingsOptions(
            proxy, ipvs, config().localhostNodePorts(), false, List.of(IpFamily.values()));
    return new ReportSettings(interval, options::of);
  }
}
