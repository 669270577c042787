package dev.sluice.applier.ipvs;

import dev.sluice.applier.ipvs.ServersReading.Lookout;
import dev.sluice.applier.program.Backend.Refusal;
import dev.sluice.applier.program.Backend.Repaired;
import dev.sluice.applier.program.Backend.Written;
import dev.sluice.applier.program.Comparison;
import dev.sluice.applier.program.Drift;
import dev.sluice.applier.program.KernelReading;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDiff;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the kernel is known to hold of ours in one family, with what it refuses and what stays in it
 * for open connections. After any failure it is not known, and is to be read. Used by one thread.
 */
final class InstalledServers {
  private final NodeKernel kernel;
  private final IpFamily family;
  private final Exclusions exclusions;
  private final NodeReader reader;
  private final NodeWriter writer;
  private final Lookout lookout;
  private final Idle idle = new Idle();
  private final SortedMap<IpvsKey, String> refused = new TreeMap<>();
  private Optional<Program<IpvsKey, IpvsObject>> installed = Optional.empty();
  private Optional<ServersReading> looking = Optional.empty();
  private boolean retrying;

  /**
   * @param kernel is closed by others
   * @param readingKernel for the thread that reads while this one writes
   */
  InstalledServers(
      NodeKernel kernel,
      NodeKernel readingKernel,
      IpFamily family,
      Marks marks,
      Exclusions exclusions) {
    this.kernel = kernel;
    this.family = family;
    this.exclusions = exclusions;
    lookout = new Lookout(readingKernel);
    reader = new NodeReader(kernel, family);
    writer = new NodeWriter(kernel, family, marks);
  }

  /** Whether it is known what the kernel holds. */
  boolean known() {
    return installed.isPresent();
  }

  /** Somebody else may have written. */
  void forget() {
    installed = Optional.empty();
    looking = Optional.empty();
  }

  /** Another mode forwards: what waits is told from the kernel if this one comes back. */
  void forgetAll() {
    forget();
    idle.clear();
  }

  /** Tries with the next write what was refused. */
  void retry() {
    retrying = true;
  }

  /** What is planned otherwise by now is no longer refused. */
  void planned(Collection<IpvsKey> keys) {
    refused.keySet().removeAll(keys);
  }

  /** Whether anything stays for open connections. */
  boolean waits() {
    return !idle.isEmpty();
  }

  /** The addresses of the node's other interfaces. */
  Set<IpAddress> addresses() throws IOException {
    return reader.addresses();
  }

  /**
   * What was read.
   *
   * @param diff what leads from there to what was planned
   */
  record Reading(Found found, ProgramDiff<IpvsKey, IpvsObject> diff) {}

  /**
   * Reads what the kernel holds.
   *
   * @param desired what was planned
   * @param until when destinations go in any case that are found to wait
   */
  Reading read(Program<IpvsKey, IpvsObject> desired, Instant until) throws IOException {
    forget();
    Found found = reader.read(idle.with(desired), exclusions);
    idle.retain(found.idle(), until);
    return new Reading(found, ProgramDiff.between(found.program(), idle.with(desired)));
  }

  /** Begins a look, as {@link dev.sluice.applier.program.Backend#look}. */
  Optional<KernelReading> look() {
    looking =
        installed.map(
            known ->
                new ServersReading(
                    lookout,
                    new NodeReading(
                        new NodeReader(lookout.kernel(), family),
                        lookout.kernel(),
                        family,
                        known,
                        exclusions),
                    new Comparison<>(known),
                    idle.all()));
    return looking.map(KernelReading.class::cast);
  }

  /**
   * Repairs what the last look has found.
   *
   * @param until when destinations go in any case that begin to wait
   */
  Repaired repair(Program<IpvsKey, IpvsObject> desired, Instant until) throws IOException {
    if (looking.isEmpty() || installed.isEmpty()) {
      return Repaired.NOTHING;
    }
    ServersReading look = looking.get();
    looking = Optional.empty();
    Comparison<IpvsKey, IpvsObject> comparison = look.comparison();
    Set<IpvsKey> keys = comparison.drift().keys();
    for (ServerKey server : look.idleOtherwise()) {
      if (!comparison.isWritten(new IpvsKey.OfServer(server))) {
        keys.add(new IpvsKey.OfServer(server));
      }
    }
    for (IpvsKey key : Set.copyOf(keys)) {
      if (key instanceof IpvsKey.OfServer(ServerKey server)) {
        keys.addAll(idle.found(server, look.idle(server), until));
      }
    }
    Program<IpvsKey, IpvsObject> from = installed.get();
    for (IpvsKey key : keys) {
      from = with(from, key, comparison.found().get(key));
    }
    ProgramDiff<IpvsKey, IpvsObject> diff = ProgramDiff.between(from, idle.with(desired), keys);
    if (diff.isEmpty()) {
      return Repaired.NOTHING;
    }
    refused.keySet().removeAll(keys); // they are tried again
    return new Repaired(write(from, diff, desired, until), Drift.of(from, diff));
  }

  /** Lets go of what the thread that reads has. */
  void close() {
    lookout.close();
  }

  /**
   * Brings the kernel from what was read to what was planned.
   *
   * @param until when destinations go in any case that begin to wait
   */
  Written write(Reading reading, Program<IpvsKey, IpvsObject> desired, Instant until)
      throws IOException {
    // all of them are tried
    retrying = false;
    refused.clear();
    return write(reading.found().program(), reading.diff(), desired, until);
  }

  /**
   * Brings the kernel to what was planned, where it is known what it holds.
   *
   * @param changed the keys whose objects may differ
   */
  Written write(Set<IpvsKey> changed, Program<IpvsKey, IpvsObject> desired, Instant until)
      throws IOException {
    Set<IpvsKey> keys = new HashSet<>(changed);
    keys.addAll(takeRetries());
    keys.removeAll(refused.keySet());
    Program<IpvsKey, IpvsObject> from = installed.orElseThrow();
    return write(from, ProgramDiff.between(from, idle.with(desired), keys), desired, until);
  }

  private Set<IpvsKey> takeRetries() {
    if (!retrying) {
      return Set.of();
    }
    retrying = false;
    Set<IpvsKey> again = Set.copyOf(refused.keySet());
    refused.clear();
    return again;
  }

  private Written write(
      Program<IpvsKey, IpvsObject> from,
      ProgramDiff<IpvsKey, IpvsObject> diff,
      Program<IpvsKey, IpvsObject> desired,
      Instant until)
      throws IOException {
    installed = Optional.empty(); // until the kernel has accepted it
    looking.ifPresent(look -> look.comparison().written(diff));
    SortedMap<IpvsKey, String> refusals = writer.write(from, diff, idle, until);
    Program<IpvsKey, IpvsObject> now = idle.with(desired);
    for (IpvsKey key : refusals.keySet()) {
      now = with(now, key, actual(key, from));
    }
    for (IpvsKey key : refused.keySet()) {
      now = with(now, key, from.get(key));
    }
    refused.putAll(refusals);
    installed = Optional.of(now);
    return diff.isEmpty() ? Written.NOTHING : new Written(1, diff.size() - refusals.size());
  }

  private static Program<IpvsKey, IpvsObject> with(
      Program<IpvsKey, IpvsObject> program, IpvsKey key, Optional<IpvsObject> object) {
    return object.isPresent() ? program.plus(key, object.get()) : program.minus(key);
  }

  /** What the kernel has of an object that it refused a part of. */
  private Optional<IpvsObject> actual(IpvsKey key, Program<IpvsKey, IpvsObject> from)
      throws IOException {
    if (!(key instanceof IpvsKey.OfServer(ServerKey server))) {
      return from.get(key);
    }
    ServerSettings settings = kernel.servers().servers(family).get(server);
    return settings == null
        ? Optional.empty()
        : Optional.of(new IpvsObject.Server(settings, reader.destinations(server).serving()));
  }

  /**
   * Removes what waits no longer.
   *
   * @param now which is late for those whose time is over
   */
  Written drain(Program<IpvsKey, IpvsObject> desired, Instant now) throws IOException {
    Optional<Program<IpvsKey, IpvsObject>> before = installed;
    installed = Optional.empty(); // until the kernel has accepted it
    // whatever goes of them now may have been read already
    looking.ifPresent(
        look ->
            idle.servers()
                .forEach(
                    server -> look.comparison().written(Set.of(new IpvsKey.OfServer(server)))));
    Drain.Step step = new Drain(kernel.servers()).run(idle, now);
    Written drained = step.removed() == 0 ? Written.NOTHING : new Written(1, step.removed());
    if (before.isEmpty()) {
      return drained; // the next write reads it anyhow
    }
    Program<IpvsKey, IpvsObject> from = before.get();
    Set<IpvsKey> released = new HashSet<>();
    for (ServerKey server : step.servers()) {
      from = from.minus(new IpvsKey.OfServer(server));
      released.addAll(Idle.remembered(server));
    }
    step.released().forEach(address -> released.addAll(Idle.addressed(address)));
    ProgramDiff<IpvsKey, IpvsObject> diff = ProgramDiff.between(from, idle.with(desired), released);
    // nothing of this begins to wait
    return write(from, diff, desired, now).plus(drained);
  }

  /** What of the plan the kernel refuses. */
  List<Refusal> refusals() {
    return refused.entrySet().stream()
        .map(
            (Map.Entry<IpvsKey, String> one) ->
                new Refusal(one.getKey().toString(), one.getValue()))
        .toList();
  }
}
