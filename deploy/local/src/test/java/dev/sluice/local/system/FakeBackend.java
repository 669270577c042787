package dev.sluice.local.system;

import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.KernelReading;
import dev.sluice.applier.program.ProgramDigest;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Notes what it is asked to write instead of writing it; fails or hangs on request. */
final class FakeBackend implements Backend {
  private final Semaphore gate = new Semaphore(0);
  private final AtomicInteger failuresLeft = new AtomicInteger();
  private final AtomicInteger repairFailuresLeft = new AtomicInteger();
  private final AtomicInteger repairs = new AtomicInteger();
  private final List<Attempt> attempts = new CopyOnWriteArrayList<>();
  private final List<Attempt> writes = new CopyOnWriteArrayList<>();
  private final Set<String> planned = new TreeSet<>();
  private volatile List<Refusal> refusals = List.of();
  private final AtomicInteger leaves = new AtomicInteger();
  private final AtomicInteger ticks = new AtomicInteger();
  private volatile Optional<Instant> due = Optional.empty();
  private volatile boolean gated;
  private volatile boolean waiting;

  /** A write, or what it came to: the Services planned since the last write, and when it ended. */
  record Attempt(Set<String> services, long startNanos, long endNanos) {}

  /** From now on, every write waits to be let through. */
  void holdWrites() {
    gated = true;
  }

  /** Lets one write through, and all that follow. */
  void release() {
    gated = false;
    gate.release();
  }

  /** The next writes fail. */
  void failNext(int times) {
    failuresLeft.set(times);
  }

  /** The next attempts to read the kernel back fail. */
  void failNextRepairs(int times) {
    repairFailuresLeft.set(times);
  }

  /** From the next write on, these are refused. */
  void refuse(Refusal... refused) {
    refusals = List.of(refused);
  }

  /** It has timed work to do then. */
  void due(Instant time) {
    due = Optional.of(time);
  }

  /** How often its timed work was done. */
  int ticks() {
    return ticks.get();
  }

  /** How often it was asked to give way. */
  int leaves() {
    return leaves.get();
  }

  /** How often the kernel was to be read back. */
  int repairs() {
    return repairs.get();
  }

  /** Whether a write waits to be let through. */
  boolean holdsOne() {
    return waiting;
  }

  List<Attempt> attempts() {
    return attempts;
  }

  /** The attempts that succeeded. */
  List<Attempt> writes() {
    return writes;
  }

  @Override
  public IpFamily family() {
    return IpFamily.IPV4;
  }

  @Override
  public void plan(NodePolicy policy, Map<ServiceName, List<VirtualServer>> changed) {
    changed.keySet().forEach(name -> planned.add(name.toString()));
  }

  @Override
  public Written apply() throws IOException {
    long start = System.nanoTime();
    Set<String> services = Set.copyOf(planned);
    if (gated) {
      waiting = true;
      gate.acquireUninterruptibly();
      waiting = false;
    }
    boolean fail = failuresLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    Attempt attempt = new Attempt(services, start, System.nanoTime());
    attempts.add(attempt);
    if (fail) {
      throw new IOException("the kernel is in a bad mood");
    }
    planned.clear();
    writes.add(attempt);
    return new Written(1, services.size());
  }

  @Override
  public Optional<KernelReading> look() {
    return Optional.of(this::read);
  }

  private boolean read() throws IOException {
    repairs.incrementAndGet();
    if (repairFailuresLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new IOException("the kernel can't be read");
    }
    return false;
  }

  @Override
  public Repaired repair(KernelReading reading) {
    return Repaired.NOTHING;
  }

  @Override
  public void forget() {}

  @Override
  public Optional<Instant> due() {
    return due;
  }

  @Override
  public Written tick() {
    due = Optional.empty();
    ticks.incrementAndGet();
    return new Written(1, 1);
  }

  @Override
  public Leaving leave() {
    leaves.incrementAndGet();
    return due.isPresent() ? Leaving.DRAINING : Leaving.DONE;
  }

  @Override
  public List<Refusal> refusals() {
    return refusals;
  }

  @Override
  public Set<FrontEnd> takeGoneUdp() {
    return Set.of();
  }

  @Override
  public void retry() {}

  @Override
  public ProgramDigest digest() {
    return ProgramDigest.EMPTY;
  }
}
