package dev.sluice.applier.cli;

import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.applier.ipvs.IpvsBackend;
import dev.sluice.applier.ipvs.IpvsLimits;
import dev.sluice.applier.ipvs.IpvsOptions;
import dev.sluice.applier.ipvs.IpvsSysctls;
import dev.sluice.applier.ipvs.NodeKernel;
import dev.sluice.applier.preparation.Capabilities;
import dev.sluice.applier.program.Backend;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** IPVS by netlink, with the few rules around it by iptables' tools. */
final class IpvsMode implements ModeSupport {
  private static final Logger LOG = LoggerFactory.getLogger(IpvsMode.class);

  private final KernelOptions kernel;
  private final IpvsFlags flags;
  private final IpvsOptions options;

  IpvsMode(KernelOptions kernel, IpvsFlags flags, IpvsOptions options) {
    this.kernel = kernel;
    this.flags = flags;
    this.options = options;
  }

  @Override
  public Optional<String> missing() {
    try (NodeKernel node = new NodeKernel()) {
      var _ = kernel.tools();
      Optional<String> lacking =
          Capabilities.lacking("ipvs", Capabilities.IPVS, Capabilities.here(Path.of("/")));
      return lacking.isPresent() ? lacking : node.missing(options.scheduler());
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public List<Backend> start(Setting setting) throws IOException {
    IptablesTools tools = kernel.tools();
    LOG.info(
        "starting mode=ipvs scheduler={} variant={} families={}",
        options.scheduler(),
        tools.variant(),
        setting.families());
    IpvsLimits.ALL.forEach(limit -> LOG.warn("limit mode=ipvs what=\"{}\"", limit));
    IpvsOptions here =
        new IpvsOptions(
            options.scheduler(),
            options.rules().withConntrackTcpLiberal(setting.conntrackTcpLiberal()));
    IpvsBackend.Settings settings =
        new IpvsBackend.Settings(
            here, flags.exclusions(), flags.strictArp, flags.drainPeriod, setting.drainTimeout());
    List<Backend> backends = new ArrayList<>();
    for (IpFamily family : setting.families()) {
      backends.add(
          new IpvsBackend(
              settings,
              family,
              tools,
              new NodeKernel(),
              new IpvsSysctls(Path.of("/")),
              Clock.systemUTC()));
    }
    return backends;
  }
}
