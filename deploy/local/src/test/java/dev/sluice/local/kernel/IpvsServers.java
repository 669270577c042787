package dev.sluice.local.kernel;

import dev.sluice.applier.conntrack.ConntrackKernel;
import dev.sluice.applier.iptables.Command;
import dev.sluice.applier.iptables.IptablesKernel;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.applier.ipvs.Exclusions;
import dev.sluice.applier.ipvs.IpvsBackend;
import dev.sluice.applier.ipvs.IpvsOptions;
import dev.sluice.applier.ipvs.IpvsSysctls;
import dev.sluice.applier.ipvs.NodeKernel;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.Backend.Leaving;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A node's IPVS, which a back end writes and a test looks at. For one thread. */
final class IpvsServers implements Installation {
  private final NetworkNamespace node;
  private final Flavour flavour;
  private final IpvsOptions options;
  private final Path lock;
  private final IptablesTools tools;
  private final NodeKernel kernel = new NodeKernel();
  private final ConntrackKernel flows = new ConntrackKernel();

  IpvsServers(NetworkNamespace node, Flavour flavour, IptablesOptions rules) {
    this.node = node;
    this.flavour = flavour;
    options = new IpvsOptions("rr", rules);
    lock = Path.of(System.getProperty("java.io.tmpdir"), node.name() + ".lock");
    Command command =
        new Command(
            List.of("nsenter", "--net=" + node.file(), "env", "XTABLES_LOCKFILE=" + lock),
            Duration.ofMinutes(1));
    try {
      tools = IptablesTools.find(Optional.of(flavour.backend().variant()), command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Backend start() {
    List<String> failures =
        node.<List<String>, RuntimeException>call(
            () -> new IpvsSysctls(Path.of("/")).apply(false));
    if (!failures.isEmpty()) {
      throw new IllegalStateException(failures.toString());
    }
    return backend(Duration.ofMinutes(15));
  }

  private NamespacedBackend backend(Duration period) {
    IpvsBackend.Settings settings =
        new IpvsBackend.Settings(options, Exclusions.NONE, period, period);
    return new NamespacedBackend(
        node,
        new IpvsBackend(settings, flavour.family(), tools, kernel, flows, Clock.systemUTC()));
  }

  @Override
  public void close() throws IOException {
    var _ = new IptablesKernel(tools, flavour.family()).removeAll();
    Leaving left = backend(Duration.ZERO).leave();
    node.run(
        () -> {
          kernel.close();
          flows.close();
        });
    Files.deleteIfExists(lock);
    if (left != Leaving.DONE) {
      throw new IOException("something of IPVS is left");
    }
  }
}
