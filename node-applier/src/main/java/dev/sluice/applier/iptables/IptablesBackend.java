package dev.sluice.applier.iptables;

import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.IptablesCompiler.Compilation;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDiff;
import dev.sluice.applier.program.ProgramDigest;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** iptables of one family: compiled incrementally, written by difference. */
public final class IptablesBackend implements Backend {
  private static final Logger LOG = LoggerFactory.getLogger(IptablesBackend.class);
  private static final int SHOWN_KEYS = 10;

  private final IptablesCompiler compiler;
  private final IptablesKernel kernel;
  private Compilation desired;
  private Optional<Program<IptablesKey, String>> installed = Optional.empty();

  /** The keys in which installed and desired may differ, while what is installed is known. */
  private final Set<IptablesKey> changed = new HashSet<>();

  public IptablesBackend(IptablesTools tools, IpFamily family, IptablesOptions options) {
    compiler = new IptablesCompiler(family, options, tools.randomFully());
    kernel = new IptablesKernel(tools, family);
    desired = compiler.start(NodePolicy.NOTHING_KNOWN);
  }

  @Override
  public IpFamily family() {
    return kernel.family();
  }

  @Override
  public void plan(NodePolicy policy, Map<ServiceName, List<VirtualServer>> services) {
    desired = compiler.update(desired, policy, services);
    changed.addAll(desired.changed());
  }

  @Override
  public Written apply() throws IOException {
    if (installed.isEmpty()) {
      Program<IptablesKey, String> found = kernel.read();
      return write(found, ProgramDiff.between(found, desired.program()));
    }
    Program<IptablesKey, String> known = installed.get();
    return write(known, ProgramDiff.between(known, desired.program(), changed));
  }

  @Override
  public Written repair() throws IOException {
    installed = Optional.empty(); // until it has been read
    Program<IptablesKey, String> found = kernel.read();
    ProgramDiff<IptablesKey, String> diff = ProgramDiff.between(found, desired.program());
    if (!diff.isEmpty()) {
      LOG.warn("drift family={} objects={} keys={}", family(), diff.size(), keys(diff));
    }
    return write(found, diff);
  }

  @Override
  public ProgramDigest digest() {
    return desired.program().digest();
  }

  private Written write(Program<IptablesKey, String> from, ProgramDiff<IptablesKey, String> diff)
      throws IOException {
    installed = Optional.empty(); // until the kernel has accepted it
    kernel.apply(from, diff);
    installed = Optional.of(desired.program());
    changed.clear();
    return diff.isEmpty() ? Written.NOTHING : new Written(1, diff.size());
  }

  private static String keys(ProgramDiff<IptablesKey, String> diff) {
    Set<IptablesKey> keys = new HashSet<>(diff.put().keySet());
    keys.addAll(diff.removed());
    return keys.stream()
        .sorted()
        .limit(SHOWN_KEYS)
        .map(IptablesKey::toString)
        .collect(Collectors.joining("; "));
  }
}
