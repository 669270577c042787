package dev.sluice.applier.ipvs;

import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.InstalledRules;
import dev.sluice.applier.iptables.IptablesKey;
import dev.sluice.applier.iptables.IptablesTools;
import dev.sluice.applier.ipvs.InstalledServers.Reading;
import dev.sluice.applier.ipvs.IpvsCompiler.Compilation;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.KernelReading;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDigest;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** IPVS of one family: compiled incrementally, written by difference. */
public final class IpvsBackend implements Backend {
  private static final Logger LOG = LoggerFactory.getLogger(IpvsBackend.class);
  private static final Duration DRAIN_INTERVAL = Duration.ofSeconds(1);

  private final Settings settings;
  private final IpFamily family;
  private final Clock clock;
  private final NodeKernel kernel;
  private final IpvsSysctls sysctls;
  private final IpvsCompiler compiler;
  private final InstalledServers servers;
  private final InstalledRules rules;
  private final Departure departure;
  private final boolean randomFully;

  private Compilation desired;
  private Optional<RuleProgram> ruleProgram = Optional.empty();
  private final Set<IpvsKey> changed = new HashSet<>();
  private Optional<Both> looking = Optional.empty();
  private boolean addressesDue;
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
    servers =
        new InstalledServers(
            kernel, new NodeKernel(), family, settings.options().marks(), settings.exclusions());
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
    addressesDue = true;
    servers.retry();
    rules.retry();
  }

  @Override
  public Written apply() throws IOException {
    Written written;
    if (servers.known()) {
      compile(addressesDue ? servers.addresses() : desired.node().addresses());
      written = servers.write(changed, desired.program(), untilDrained());
    } else {
      setParameters();
      compile(servers.addresses());
      Reading reading = servers.read(desired.program(), untilDrained());
      noteGone(reading);
      LOG.info(
          "found family={} objects={} different={}",
          family,
          reading.found().program().size(),
          reading.diff().size());
      written = servers.write(reading, desired.program(), untilDrained());
    }
    addressesDue = false;
    changed.clear();
    drainSoon();
    return written.plus(rules.apply(ruleProgram()));
  }

  @Override
  public boolean flushed() throws IOException {
    return rules.flushed();
  }

  @Override
  public Optional<KernelReading> look() {
    Optional<KernelReading> ofServers = servers.look();
    Optional<KernelReading> ofRules = rules.look();
    looking =
        ofServers.isPresent() && ofRules.isPresent()
            ? Optional.of(new Both(ofServers.get(), ofRules.get()))
            : Optional.empty();
    return looking.map(KernelReading.class::cast);
  }

  /** One after the other. */
  private static final class Both implements KernelReading {
    private final KernelReading first;
    private final KernelReading second;
    private boolean firstDone;

    Both(KernelReading first, KernelReading second) {
      this.first = first;
      this.second = second;
    }

    @Override
    public boolean step() throws IOException {
      if (firstDone) {
        return second.step();
      }
      firstDone = !first.step();
      return true;
    }
  }

  @Override
  public Repaired repair(KernelReading reading) throws IOException {
    if (looking.filter(look -> look.equals(reading)).isEmpty()) {
      return Repaired.NOTHING;
    }
    looking = Optional.empty();
    Repaired repaired = servers.repair(desired.program(), untilDrained());
    drainSoon();
    return repaired.plus(rules.repair(ruleProgram()));
  }

  private Instant untilDrained() {
    return clock.instant().plus(settings.drainPeriod());
  }

  private void drainSoon() {
    if (servers.waits() && drainDue.isEmpty()) {
      drainDue = nextDrain();
    }
  }

  private void setParameters() throws IOException {
    List<String> failures = sysctls.apply(settings.strictArp());
    if (!failures.isEmpty()) {
      throw new IOException(
          "kernel parameters for IPVS (sluice prepare-node --proxy-mode ipvs sets them): "
              + String.join("; ", failures));
    }
  }

  /** What has been planned since, with the node's addresses as they are now. */
  private void compile(Set<IpAddress> addresses) {
    NodeFacts node = new NodeFacts(policy, addresses);
    if (!planned.isEmpty() || !node.equals(desired.node())) {
      desired = compiler.update(desired, node, planned);
      changed.addAll(desired.changed());
      servers.planned(desired.changed());
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

  private void noteGone(Reading reading) {
    for (IpvsKey key : reading.diff().removed()) {
      if (key instanceof IpvsKey.OfServer(ServerKey.ToAddress(var protocol, var address, int port))
          && protocol == Protocol.UDP) {
        gone.add(
            reading.found().addresses().contains(address)
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
    servers.forget();
    rules.forget();
  }

  @Override
  public void close() {
    servers.close();
    rules.close();
    kernel.close();
  }

  @Override
  public Leaving leave() throws IOException {
    servers.forgetAll();
    rules.forget();
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
    Written written = servers.drain(desired.program(), clock.instant());
    drainSoon();
    return written;
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
  public Facts facts() {
    return new Facts(randomFully, desired.node().addresses());
  }

  @Override
  public List<Refusal> refusals() {
    return Stream.concat(rules.refusals().stream(), servers.refusals().stream()).toList();
  }
}
