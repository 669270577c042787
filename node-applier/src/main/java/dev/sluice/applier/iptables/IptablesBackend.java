package dev.sluice.applier.iptables;

import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.IptablesCompiler.Compilation;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.Comparison;
import dev.sluice.applier.program.Drift;
import dev.sluice.applier.program.KernelReading;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDiff;
import dev.sluice.applier.program.ProgramDigest;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** iptables of one family: compiled incrementally, written by difference. */
public final class IptablesBackend implements Backend {
  private final IptablesCompiler compiler;
  private final IptablesKernel kernel;
  private final Canary canary;
  private final Facts facts;
  private Compilation desired;
  private Optional<Program<IptablesKey, String>> installed = Optional.empty();
  private Optional<RulesReading> looking = Optional.empty();

  /** The keys in which installed and desired may differ, while what is installed is known. */
  private final Set<IptablesKey> changed = new HashSet<>();

  /** What the kernel took last; the Services planned since, as what it refuses is one of theirs. */
  private Optional<Compilation> good = Optional.empty();

  private final Map<ServiceName, List<VirtualServer>> open = new HashMap<>();
  private final Set<FrontEnd> gone = new HashSet<>();

  private final SortedMap<ServiceName, Refused> refused = new TreeMap<>();
  private final SortedMap<IptablesKey, String> stuck = new TreeMap<>();

  /** What was planned for a Service, and why the kernel does not have it. */
  private record Refused(List<VirtualServer> servers, String reason) {}

  public IptablesBackend(IptablesTools tools, IpFamily family, IptablesOptions options) {
    compiler = new IptablesCompiler(family, options, tools.randomFully());
    kernel = new IptablesKernel(tools, family);
    canary = new Canary(tools.flushSign(), family, EnumSet.of(Table.FILTER, Table.NAT));
    facts = new Facts(tools.randomFully(), Set.of());
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
    open.putAll(services);
    refused.keySet().removeAll(services.keySet());
  }

  @Override
  public void retry() {
    Map<ServiceName, List<VirtualServer>> again = new HashMap<>();
    refused.forEach((name, one) -> again.put(name, one.servers()));
    plan(desired.policy(), again);
    changed.addAll(stuck.keySet());
    stuck.clear();
  }

  @Override
  public Written apply() throws IOException {
    if (installed.isEmpty()) {
      looking = Optional.empty();
      Program<IptablesKey, String> found = kernel.read(wanted());
      ProgramDiff<IptablesKey, String> diff = ProgramDiff.between(found, wanted());
      gone.addAll(FoundFrontEnds.gone(found, diff));
      return write(found, diff);
    }
    Program<IptablesKey, String> known = installed.get();
    return write(known, ProgramDiff.between(known, wanted(), changed));
  }

  @Override
  public void forget() {
    installed = Optional.empty();
    looking = Optional.empty();
    canary.forget();
  }

  @Override
  public boolean flushed() throws IOException {
    return canary.takeFallen();
  }

  @Override
  public void close() {
    canary.close();
  }

  @Override
  public Optional<KernelReading> look() {
    looking = installed.map(known -> new RulesReading(kernel, known));
    return looking.map(KernelReading.class::cast);
  }

  @Override
  public Repaired repair(KernelReading reading) throws IOException {
    if (looking.filter(look -> look.equals(reading)).isEmpty()) {
      return Repaired.NOTHING;
    }
    Comparison<IptablesKey, String> comparison = looking.orElseThrow().comparison();
    looking = Optional.empty();
    ProgramDiff<IptablesKey, String> diff = comparison.drift();
    return diff.isEmpty()
        ? Repaired.NOTHING
        : new Repaired(write(comparison.found(), diff), Drift.of(comparison.found(), diff));
  }

  @Override
  public Set<FrontEnd> takeGoneUdp() {
    Set<FrontEnd> taken = Set.copyOf(gone);
    gone.clear();
    return taken;
  }

  @Override
  public ProgramDigest digest() {
    return desired.program().digest();
  }

  @Override
  public Facts facts() {
    return facts;
  }

  @Override
  public List<Refusal> refusals() {
    List<Refusal> refusals = new ArrayList<>();
    refused.forEach((name, one) -> refusals.add(new Refusal(name.key().toString(), one.reason())));
    stuck.forEach((key, reason) -> refusals.add(new Refusal("removal of " + key, reason)));
    return refusals;
  }

  /** What was planned, and empty what can't be removed. */
  private Program<IptablesKey, String> wanted() {
    return StuckChains.kept(desired.program(), stuck.keySet());
  }

  private Written write(Program<IptablesKey, String> from, ProgramDiff<IptablesKey, String> diff)
      throws IOException {
    installed = Optional.empty(); // until the kernel has accepted it
    looking.ifPresent(look -> look.comparison().written(diff));
    if (!diff.isEmpty()) {
      canary.beforeWrite();
    }
    try {
      kernel.apply(from, diff);
    } catch (RefusedException e) {
      looking = Optional.empty(); // it is not known what was written
      return writeRest(e);
    }
    if (!diff.isEmpty() || canary.isBlank()) {
      canary.afterWrite();
    }
    accepted(wanted());
    return diff.isEmpty() ? Written.NOTHING : new Written(1, diff.size());
  }

  private Written writeRest(RefusedException refusal) throws IOException {
    Compilation before = good.orElseGet(() -> compiler.start(desired.policy()));
    Narrowing.Result result =
        new Narrowing(compiler, kernel, before, desired, open.keySet(), stuck).run(refusal);
    desired = result.accepted();
    result
        .refused()
        .forEach(
            (name, reason) ->
                refused.put(name, new Refused(open.getOrDefault(name, List.of()), reason)));
    stuck.putAll(result.stuck());
    canary.afterWrite();
    accepted(result.installed());
    return result.objects() == 0 ? Written.NOTHING : new Written(1, result.objects());
  }

  private void accepted(Program<IptablesKey, String> program) {
    installed = Optional.of(program);
    good = Optional.of(desired);
    changed.clear();
    open.clear();
  }
}
