package dev.sluice.applier.cli;

import dev.sluice.applier.iptables.IptablesBackend;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.applier.program.Backend;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** iptables by its tools. */
final class IptablesMode implements ModeSupport {
  private static final Logger LOG = LoggerFactory.getLogger(IptablesMode.class);

  private final KernelOptions kernel;
  private final IptablesOptions options;

  IptablesMode(KernelOptions kernel, IptablesOptions options) {
    this.kernel = kernel;
    this.options = options;
  }

  @Override
  public Optional<String> missing() {
    try {
      return KernelOptions.lacking(kernel.tools().variant());
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public List<Backend> start(Setting setting) throws IOException {
    IptablesTools tools = kernel.tools();
    LOG.info("starting mode=iptables variant={} families={}", tools.variant(), setting.families());
    List<Backend> backends = new ArrayList<>();
    for (IpFamily family : setting.families()) {
      backends.add(
          new IptablesBackend(
              tools, family, options.withConntrackTcpLiberal(setting.conntrackTcpLiberal())));
    }
    return backends;
  }
}
