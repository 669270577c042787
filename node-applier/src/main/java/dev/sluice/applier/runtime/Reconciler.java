package dev.sluice.applier.runtime;

import dev.sluice.applier.conntrack.FlowCleaner;
import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.Backend.Refusal;
import dev.sluice.applier.program.Backend.Repaired;
import dev.sluice.applier.program.Backend.Written;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Brings the kernel to what an image says: forwarding, compilation, difference, write, and then the
 * flows that went by the rules of before; and from one mode to another. Blocks; used by the
 * applier's worker thread alone.
 */
final class Reconciler {
  private final String nodeName;
  private final NodeConfig config;
  private final ForwardingTable forwarding;
  private final Modes modes;
  private final FlowCleaner flows;
  private final HeapGrowth heap = new HeapGrowth();
  private NodePolicy policy = NodePolicy.NOTHING_KNOWN;
  private volatile boolean stopping;

  Reconciler(
      String nodeName, NodeConfig config, ModeBackends backends, FlowCleaner flows, Clock clock) {
    this.nodeName = nodeName;
    this.config = config;
    forwarding = new ForwardingTable(nodeName);
    modes = new Modes(backends, clock);
    this.flows = flows;
  }

  /**
   * What is to be done.
   *
   * @param services the Services that may differ from the work before
   * @param readBack whether to try again what was refused, and to begin a look at the kernel
   * @param found what looks have found, to be repaired
   * @param mode the mode that is wanted
   * @param mayTurn whether it may take over now, where another one forwards
   */
  record Work(
      ClusterImage image,
      Set<ServiceName> services,
      boolean readBack,
      Looks found,
      ProxyMode mode,
      boolean mayTurn) {}

  /**
   * What one family's part came to.
   *
   * @param written for what had changed
   * @param repaired what somebody else had changed in the kernel
   * @param kernel of the duration: all but planning, so comparing and writing
   */
  record Synced(Written written, Repaired repaired, Duration duration, Duration kernel) {
    private Synced plus(Synced other) {
      return new Synced(
          written.plus(other.written),
          repaired.plus(other.repaired),
          duration.plus(other.duration),
          kernel.plus(other.kernel));
    }
  }

  /**
   * What came of it.
   *
   * @param policy by which it was done
   * @param servers the virtual servers of the Services that may differ
   * @param failures reasons, by the families that failed
   * @param refusals what the kernel refuses, by family; everything else is written all the same
   * @param program what the kernel has, where no family failed
   * @param looks that have begun
   */
  record Outcome(
      Work work,
      NodePolicy policy,
      Map<ServiceName, List<VirtualServer>> servers,
      Map<IpFamily, Synced> synced,
      Map<IpFamily, IOException> failures,
      Map<IpFamily, List<Refusal>> refusals,
      NodeProgram program,
      Looks looks,
      ModeReport modes) {
    Written written() {
      return synced.values().stream()
          .map(one -> one.written().plus(one.repaired().written()))
          .reduce(Written.NOTHING, Written::plus);
    }

    boolean hasRepaired() {
      return synced.values().stream().anyMatch(one -> !one.repaired().drift().isEmpty());
    }
  }

  /**
   * How the modes stand.
   *
   * @param active the one that forwards
   * @param notTurned why the one that is wanted could not take over, where that was tried
   * @param due when {@link #tick} is to be called; may have passed already
   */
  record ModeReport(
      ProxyMode active,
      Optional<String> notTurned,
      List<ProxyMode> leaving,
      Optional<Instant> due) {}

  /** What timed work came to. */
  record Ticked(
      Map<IpFamily, Written> written, Map<IpFamily, IOException> failures, ModeReport modes) {
    Written all() {
      return written.values().stream().reduce(Written.NOTHING, Written::plus);
    }
  }

  /** What came of writing so far. */
  private record Pass(
      Map<IpFamily, Synced> synced, Map<IpFamily, IOException> failures, Looks looks) {
    Pass() {
      this(new EnumMap<>(IpFamily.class), new EnumMap<>(IpFamily.class), new Looks());
    }

    /** The families that have what was planned. */
    Set<IpFamily> upToDate() {
      Set<IpFamily> families = EnumSet.noneOf(IpFamily.class);
      families.addAll(synced.keySet());
      families.removeAll(failures.keySet());
      return families;
    }
  }

  /**
   * Does the work. What one family's kernel refuses does not hold back the other family. Where
   * another mode is wanted, what has changed gets into the kernel by the one that forwards first:
   * nothing waits for a mode that may not come up.
   *
   * @throws IOException if there is no mode yet, and the one that is wanted can't be started
   */
  Outcome reconcile(Work work) throws IOException {
    heap.limit(); // before the plan adds to it what it needs
    // a node goes on forwarding as it did when its object is deleted
    policy = work.image().node(nodeName).map(config::on).orElse(policy);
    Map<ServiceName, List<VirtualServer>> servers =
        forwarding.virtualServers(work.image(), work.services());
    flows.plan(work.image(), policy.nodePorts(), servers);
    boolean first = modes.active().isEmpty();
    if (first) {
      modes.turnTo(modes.start(work.mode()));
    }
    Pass pass = sync(modes.active().orElseThrow(), work, servers);
    Optional<String> notTurned = Optional.empty();
    if (modes.active().orElseThrow().name() == work.mode()) {
      modes.turnTo(modes.active().orElseThrow()); // others may have been tried in between
    } else if (work.mayTurn() && !stopping) {
      notTurned = turn(work, pass);
    }
    // only then: before, the flows would come back by the rules of before
    flows.clean(pass.upToDate());
    if (!work.found().isEmpty()) {
      heap.limit();
    }
    if (first || work.readBack()) {
      modes.lookAgain();
    }
    Mode active = modes.active().orElseThrow();
    return new Outcome(
        work,
        policy,
        servers,
        pass.synced,
        pass.failures,
        active.refusals(),
        active.program(),
        pass.looks,
        report(notTurned));
  }

  /** Brings what has changed into the kernel by the mode that forwards. */
  private Pass sync(Mode mode, Work work, Map<ServiceName, List<VirtualServer>> servers) {
    Pass pass = new Pass();
    for (Backend backend : mode.backends()) {
      long start = System.nanoTime();
      if (work.readBack()) {
        backend.retry();
      }
      backend.plan(policy, servers);
      long planned = System.nanoTime();
      try {
        Written written = backend.apply();
        flows.gone(backend.family(), backend.takeGoneUdp());
        // only then, so that what is planned is not taken for drift
        Repaired repaired = work.found().repair(backend);
        DriftLog.write(work.image().revision(), mode.name(), backend.family(), repaired.drift());
        if (work.readBack()) {
          pass.looks.begin(backend);
        }
        pass.synced.put(
            backend.family(), new Synced(written, repaired, since(start), since(planned)));
      } catch (IOException e) {
        pass.failures.put(backend.family(), e);
      }
    }
    mode.planned(work.image());
    return pass;
  }

  /**
   * Has the mode that is wanted take over. If it can't, the one before has the kernel again.
   *
   * @param pass what was written before; whoever has the kernel in the end makes up for failures
   * @return why it could not
   */
  private Optional<String> turn(Work work, Pass pass) {
    Mode before = modes.active().orElseThrow();
    Mode next;
    try {
      next = modes.start(work.mode());
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    Set<ServiceName> all = new HashSet<>(work.image().services());
    all.addAll(next.planned().services()); // it may have been there, and know some that are gone
    Map<ServiceName, List<VirtualServer>> servers = forwarding.virtualServers(work.image(), all);
    next.backends().forEach(Backend::forget);
    for (Backend backend : next.backends()) {
      backend.plan(policy, servers);
    }
    next.planned(work.image());
    pass.failures.clear();
    apply(next, pass);
    if (pass.failures.isEmpty()) {
      modes.turnTo(next);
      return Optional.empty();
    }
    String reason = inWords(pass.failures);
    before.backends().forEach(Backend::forget);
    if (!stopping) {
      pass.failures.clear();
      apply(before, pass);
    }
    return Optional.of(reason);
  }

  private static String inWords(Map<IpFamily, IOException> failures) {
    return failures.entrySet().stream()
        .map(failure -> failure.getKey() + ": " + failure.getValue().getMessage())
        .collect(Collectors.joining("; "));
  }

  private void apply(Mode mode, Pass pass) {
    for (Backend backend : mode.backends()) {
      long start = System.nanoTime();
      try {
        Written written = backend.apply();
        Synced synced = new Synced(written, Repaired.NOTHING, since(start), since(start));
        pass.synced.merge(backend.family(), synced, Synced::plus);
        // what the other mode had is not gone: every Service that still is, is planned here, too
        var _ = backend.takeGoneUdp();
      } catch (IOException e) {
        pass.failures.put(backend.family(), e);
      }
    }
  }

  /**
   * Does the timed work that is due, and lets other modes give way. Only to be called while the
   * kernel is up to date.
   */
  Ticked tick() {
    Modes.Ticked ticked = stopping ? new Modes.Ticked(Map.of(), Map.of()) : modes.tick();
    if (!stopping && ticked.failures().isEmpty()) {
      modes.leave();
    }
    return new Ticked(ticked.written(), ticked.failures(), report(Optional.empty()));
  }

  /**
   * Whether there is a sign that somebody has taken away rules of ours.
   *
   * @throws IOException if the kernel can't be asked
   */
  boolean flushed() throws IOException {
    boolean flushed = false;
    for (Backend backend : modes.active().map(Mode::backends).orElseGet(List::of)) {
      flushed |= backend.flushed();
    }
    return flushed;
  }

  /** From now on nothing is begun that can as well be done after a restart. Any thread. */
  void stopSoon() {
    stopping = true;
  }

  /** Lets go of all back ends; the kernel keeps what it has. */
  void close() {
    modes.close();
  }

  private ModeReport report(Optional<String> notTurned) {
    return new ModeReport(
        modes.active().orElseThrow().name(), notTurned, modes.leaving(), modes.due());
  }

  private static Duration since(long startNanoTime) {
    return Duration.ofNanos(System.nanoTime() - startNanoTime);
  }
}
