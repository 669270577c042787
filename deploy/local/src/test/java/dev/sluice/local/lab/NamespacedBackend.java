package dev.sluice.local.lab;

import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.applier.ipvs.IpvsBackend;
import dev.sluice.applier.ipvs.IpvsOptions;
import dev.sluice.applier.ipvs.IpvsSysctls;
import dev.sluice.applier.ipvs.NodeKernel;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.KernelReading;
import dev.sluice.applier.program.ProgramDigest;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A back end all of whose calls are made inside a namespace, where its sockets must be opened. */
public record NamespacedBackend(NetworkNamespace node, Backend backend) implements Backend {
  /** IPVS as an applier has it unless told otherwise. */
  public static NamespacedBackend ipvs(
      NetworkNamespace node, IpFamily family, IptablesTools tools) {
    return ipvs(node, family, tools, IpvsOptions.DEFAULTS);
  }

  /** IPVS with these options, and what an applier has besides unless told otherwise. */
  public static NamespacedBackend ipvs(
      NetworkNamespace node, IpFamily family, IptablesTools tools, IpvsOptions options) {
    IpvsBackend.Settings defaults = IpvsBackend.Settings.DEFAULTS;
    return new NamespacedBackend(
        node,
        new IpvsBackend(
            new IpvsBackend.Settings(
                options,
                defaults.exclusions(),
                defaults.strictArp(),
                defaults.drainPeriod(),
                defaults.leavePeriod()),
            family,
            tools,
            new NodeKernel(),
            new IpvsSysctls(Path.of("/")),
            Clock.systemUTC()));
  }

  @Override
  public IpFamily family() {
    return backend.family();
  }

  @Override
  public void plan(NodePolicy policy, Map<ServiceName, List<VirtualServer>> changed) {
    backend.plan(policy, changed);
  }

  @Override
  public Written apply() throws IOException {
    return node.<Written, IOException>call(backend::apply);
  }

  @Override
  public Optional<KernelReading> look() {
    return backend.look().map(reading -> new NamespacedReading(node, reading));
  }

  /** A look that is read inside the namespace. */
  private record NamespacedReading(NetworkNamespace node, KernelReading reading)
      implements KernelReading {
    @Override
    public boolean step() throws IOException {
      return node.<Boolean, IOException>call(reading::step);
    }
  }

  @Override
  public Repaired repair(KernelReading reading) throws IOException {
    return reading instanceof NamespacedReading mine
        ? node.<Repaired, IOException>call(() -> backend.repair(mine.reading()))
        : Repaired.NOTHING;
  }

  @Override
  public boolean flushed() throws IOException {
    return node.<Boolean, IOException>call(backend::flushed);
  }

  @Override
  public Written tick() throws IOException {
    return node.<Written, IOException>call(backend::tick);
  }

  @Override
  public Leaving leave() throws IOException {
    return node.<Leaving, IOException>call(backend::leave);
  }

  @Override
  public Optional<Instant> due() {
    return backend.due();
  }

  @Override
  public void forget() {
    backend.forget();
  }

  @Override
  public List<Refusal> refusals() {
    return backend.refusals();
  }

  @Override
  public Set<FrontEnd> takeGoneUdp() {
    return backend.takeGoneUdp();
  }

  @Override
  public void retry() {
    backend.retry();
  }

  @Override
  public void close() {
    backend.close();
  }

  @Override
  public Facts facts() {
    return backend.facts();
  }

  @Override
  public ProgramDigest digest() {
    return backend.digest();
  }
}
