package dev.sluice.applier.ipvs;

import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.InstalledRules;
import dev.sluice.applier.iptables.IptablesKey;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.applier.ipvs.IpvsCompiler.Compilation;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDiff;
import dev.sluice.applier.program.ProgramDigest;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** IPVS of one family: compiled incrementally, written by difference. */
public final class IpvsBackend implements Backend {
  private static final Logger LOG = LoggerFactory.getLogger(IpvsBackend.class);
  private static final int SHOWN_KEYS = 10;
  private static final Duration DRAIN_INTERVAL = Duration.ofSeconds(1);

  private final Settings settings;
  private final IpFamily family;
  private final Clock clock;
  private final NodeKernel kernel;
  private final IpvsSysctls sysctls;
  private final IpvsCompiler compiler;
  private final NodeReader reader;
  private final NodeWriter writer;
  private final InstalledRules rules;
  private final Departure departure;
  private final boolean randomFully;

  private Compilation desired;
  private Optional<RuleProgram> ruleProgram = Optional.empty();
  private Optional<Program<IpvsKey, IpvsObject>> installed = Optional.empty();
  private final Set<IpvsKey> changed = new HashSet<>();
  private final SortedMap<IpvsKey, String> refused = new TreeMap<>();
  private boolean retrying;
  private final Idle idle = new Idle();
  private Optional<Instant> drainDue = Optional.empty();
  private Optional<Instant> leavingUntil = Optional.empty();

  private NodePolicy policy = NodePolicy.NOTHING_KNOWN;
  private final Map<ServiceName, List<VirtualServer>> planned = new HashMap<>();
  private final Set<FrontEnd> gone = new HashSet<>();

  /**
   * What it is told.
   *
   * @param exclusions whose virtual servers are never removed
   * @param strictArp whether Services' addresses are not announced by other interfaces
   * @param drainPeriod how long a destination that is no longer wanted may keep its connections
   * @param leavePeriod how long those of all may go on when another mode takes over
   */
  public record Settings(
      IpvsOptions options,
      Exclusions exclusions,
      boolean strictArp,
      Duration drainPeriod,
      Duration leavePeriod) {
    /** As kube-proxy has it. */
    public static final Duration DEFAULT_DRAIN_PERIOD = Duration.ofMinutes(15);

    public static final Settings DEFAULTS =
        new Settings(
            IpvsOptions.DEFAULTS,
            Exclusions.NONE,
            false,
            DEFAULT_DRAIN_PERIOD,
            DEFAULT_DRAIN_PERIOD);
  }

  private record RuleProgram(NodePolicy policy, Program<IptablesKey, String> program) {}

  /**
   * @param tools for the constant rules
   * @param kernel is closed with this
   * @param sysctls are set before anything is written
   * @param clock tells when destinations have waited long enough
   */
  public IpvsBackend(
      Settings settings,
      IpFamily family,
      IptablesTools tools,
      NodeKernel kernel,
      IpvsSysctls sysctls,
      Clock clock) {
    this.settings = settings;
    this.family = family;
    this.kernel = kernel;
    this.sysctls = sysctls;
    this.clock = clock;
    compiler = new IpvsCompiler(family, settings.options());
    reader = new NodeReader(kernel, family);
    writer = new NodeWriter(kernel, family, settings.options().marks());
    rules = new InstalledRules(tools, family);
    departure = new Departure(kernel, family, settings.exclusions());
    randomFully = tools.randomFully();
    desired = compiler.start(NodeFacts.NOTHING_KNOWN);
  }

  @Override
  public IpFamily family() {
    return family;
  }

  @Override
  public void plan(NodePolicy nodePolicy, Map<ServiceName, List<VirtualServer>> services) {
    leavingUntil = Optional.empty();
    policy = nodePolicy;
    planned.putAll(services);
  }

  @Override
  public void retry() {
    retrying = true;
    rules.retry();
  }

  @Override
  public Written apply() throws IOException {
    Written written;
    if (retrying) {
      changed.addAll(refused.keySet());
      refused.clear();
      retrying = false;
    }
    if (installed.isEmpty()) {
      setParameters();
      compile(reader.addresses());
      Found found = read();
      ProgramDiff<IpvsKey, IpvsObject> diff = ProgramDiff.between(found.program(), wanted());
      noteGone(diff, found);
      LOG.info(
          "found family={} objects={} different={}", family, found.program().size(), diff.size());
      written = write(found.program(), diff);
    } else {
      compile(desired.node().addresses());
      changed.removeAll(refused.keySet());
      written = write(installed.get(), ProgramDiff.between(installed.get(), wanted(), changed));
    }
    changed.clear();
    return written.plus(rules.apply(ruleProgram()));
  }

  @Override
  public Written repair() throws IOException {
    installed = Optional.empty(); // until it has been read
    compile(reader.addresses());
    Found found = read();
    ProgramDiff<IpvsKey, IpvsObject> diff = ProgramDiff.between(found.program(), wanted());
    if (!diff.isEmpty()) {
      LOG.warn("drift family={} objects={} keys={}", family, diff.size(), keys(diff));
    }
    return write(found.program(), diff).plus(rules.repair(ruleProgram()));
  }

  private void setParameters() throws IOException {
    List<String> failures = sysctls.apply(settings.strictArp());
    if (!failures.isEmpty()) {
      throw new IOException("kernel parameters for IPVS: " + String.join("; ", failures));
    }
  }

  /** What has been planned since, with the node's addresses as they are now. */
  private void compile(Set<IpAddress> addresses) {
    NodeFacts node = new NodeFacts(policy, addresses);
    if (!planned.isEmpty() || !node.equals(desired.node())) {
      desired = compiler.update(desired, node, planned);
      changed.addAll(desired.changed());
      refused.keySet().removeAll(desired.changed());
      planned.clear();
    }
  }

  private Program<IptablesKey, String> ruleProgram() {
    RuleProgram rules =
        ruleProgram
            .filter(one -> one.policy().equals(policy))
            .orElseGet(
                () ->
                    new RuleProgram(
                        policy,
                        IpvsRules.program(family, settings.options(), randomFully, policy)));
    ruleProgram = Optional.of(rules);
    return rules.program();
  }

  /** What was planned, and what stays for connections. */
  private Program<IpvsKey, IpvsObject> wanted() {
    return idle.with(desired.program());
  }

  private Found read() throws IOException {
    Found found = reader.read(wanted(), settings.exclusions());
    idle.retain(found.idle(), clock.instant().plus(settings.drainPeriod()));
    return found;
  }

  private Written write(Program<IpvsKey, IpvsObject> from, ProgramDiff<IpvsKey, IpvsObject> diff)
      throws IOException {
    installed = Optional.empty(); // until the kernel has accepted it
    SortedMap<IpvsKey, String> refusals =
        writer.write(from, diff, idle, clock.instant().plus(settings.drainPeriod()));
    Program<IpvsKey, IpvsObject> now = wanted();
    for (IpvsKey key : refusals.keySet()) {
      Optional<IpvsObject> actual = actual(key, from);
      now = actual.isPresent() ? now.plus(key, actual.get()) : now.minus(key);
    }
    for (IpvsKey key : refused.keySet()) {
      Optional<IpvsObject> actual = from.get(key);
      now = actual.isPresent() ? now.plus(key, actual.get()) : now.minus(key);
    }
    refused.putAll(refusals);
    installed = Optional.of(now);
    if (!idle.isEmpty() && drainDue.isEmpty()) {
      drainDue = nextDrain();
    }
    return diff.isEmpty() ? Written.NOTHING : new Written(1, diff.size() - refusals.size());
  }

  /** What the kernel has of an object that it refused a part of. */
  private Optional<IpvsObject> actual(IpvsKey key, Program<IpvsKey, IpvsObject> from)
      throws IOException {
    if (!(key instanceof IpvsKey.OfServer(ServerKey server))) {
      return from.get(key);
    }
    ServerSettings settingsNow = kernel.servers().servers(family).get(server);
    return settingsNow == null
        ? Optional.empty()
        : Optional.of(new IpvsObject.Server(settingsNow, reader.destinations(server).serving()));
  }

  private void noteGone(ProgramDiff<IpvsKey, IpvsObject> diff, Found found) {
    for (IpvsKey key : diff.removed()) {
      if (key instanceof IpvsKey.OfServer(ServerKey.ToAddress(var protocol, var address, int port))
          && protocol == Protocol.UDP) {
        gone.add(
            found.addresses().contains(address)
                ? new FrontEnd.NodePort(port)
                : new FrontEnd.ClusterIp(address, port));
      }
    }
  }

  @Override
  public Optional<Instant> due() {
    return drainDue;
  }

  @Override
  public void forget() {
    installed = Optional.empty();
    rules.forget();
  }

  @Override
  public void close() {
    kernel.close();
  }

  @Override
  public Leaving leave() throws IOException {
    forget();
    idle.clear();
    Instant until = leavingUntil.orElseGet(() -> clock.instant().plus(settings.leavePeriod()));
    leavingUntil = Optional.of(until);
    Departure.Step step = departure.step(!clock.instant().isBefore(until));
    drainDue = step.done() ? Optional.empty() : nextDrain();
    if (step.removed() > 0) {
      LOG.info(
          "leave mode=ipvs family={} removed={} open_connections={}",
          family,
          step.removed(),
          step.left());
    }
    return step.done() ? Leaving.DONE : Leaving.DRAINING;
  }

  @Override
  public Written tick() throws IOException {
    drainDue = Optional.empty();
    if (leavingUntil.isPresent()) {
      return Written.NOTHING; // leave() is called again
    }
    Optional<Program<IpvsKey, IpvsObject>> before = installed;
    installed = Optional.empty(); // until the kernel has accepted it
    Drain.Step step = new Drain(kernel.servers()).run(idle, clock.instant());
    Written drained = step.removed() == 0 ? Written.NOTHING : new Written(1, step.removed());
    if (before.isEmpty()) {
      drainDue = idle.isEmpty() ? Optional.empty() : nextDrain();
      return drained;
    }
    Program<IpvsKey, IpvsObject> now = before.get();
    Set<IpvsKey> released = new HashSet<>();
    for (ServerKey server : step.servers()) {
      now = now.minus(new IpvsKey.OfServer(server));
      released.addAll(Idle.remembered(server));
    }
    step.released().forEach(address -> released.addAll(Idle.addressed(address)));
    return write(now, ProgramDiff.between(now, wanted(), released)).plus(drained);
  }

  private Optional<Instant> nextDrain() {
    return Optional.of(clock.instant().plus(DRAIN_INTERVAL));
  }

  @Override
  public Set<FrontEnd> takeGoneUdp() {
    gone.addAll(rules.takeGoneUdp());
    Set<FrontEnd> taken = Set.copyOf(gone);
    gone.clear();
    return taken;
  }

  @Override
  public ProgramDigest digest() {
    return desired.program().digest().plus(ruleProgram().digest());
  }

  @Override
  public List<Refusal> refusals() {
    List<Refusal> all = new ArrayList<>(rules.refusals());
    refused.forEach((key, reason) -> all.add(new Refusal(key.toString(), reason)));
    return all;
  }

  private static String keys(ProgramDiff<IpvsKey, IpvsObject> diff) {
    Set<IpvsKey> keys = new HashSet<>(diff.put().keySet());
    keys.addAll(diff.removed());
    return keys.stream()
        .sorted()
        .limit(SHOWN_KEYS)
        .map(IpvsKey::toString)
        .collect(Collectors.joining("; "));
  }
}
