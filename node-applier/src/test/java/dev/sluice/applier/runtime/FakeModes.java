package dev.sluice.applier.runtime;

import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.Drift;
import dev.sluice.applier.program.KernelReading;
import dev.sluice.applier.program.ModeAbilities;
import dev.sluice.applier.program.ProgramDigest;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Back ends of either mode for both families, which note what they are asked to do. */
final class FakeModes implements ModeBackends {
  private final List<String> events;
  private final Set<String> broken = new HashSet<>();
  private final Set<String> draining = new HashSet<>();
  private Map<ProxyMode, String> missing = Map.of();

  /** When timed work is due, by mode and family. */
  private final Map<String, Instant> due = new HashMap<>();

  FakeModes(List<String> events) {
    this.events = events;
  }

  /** What that mode is asked to do in that family, such as {@code applies}, fails from now on. */
  void breakDown(ProxyMode mode, IpFamily family, String what) {
    broken.add(mode + " " + family + " " + what);
  }

  void breakApply(ProxyMode mode, IpFamily family) {
    breakDown(mode, family, "applies");
  }

  void breakStart(ProxyMode mode) {
    broken.add(mode + " starts");
  }

  void mend() {
    broken.clear();
  }

  void cannot(ProxyMode mode) {
    missing = Map.of(mode, "no such module");
  }

  /** Open connections need something of that mode, until told otherwise. */
  void drain(ProxyMode mode, boolean yes) {
    if (yes) {
      draining.add(mode.toString());
    } else {
      draining.remove(mode.toString());
    }
  }

  /** That mode has timed work to do then, in IPv4. */
  void due(ProxyMode mode, Instant time) {
    due.put(mode + " IPv4", time);
  }

  @Override
  public List<IpFamily> families() {
    return List.of(IpFamily.values());
  }

  @Override
  public ModeAbilities abilities() {
    return new ModeAbilities(missing);
  }

  @Override
  public List<Backend> start(ProxyMode mode) throws IOException {
    does(mode + " starts");
    return List.of(new Fake(mode, IpFamily.IPV4), new Fake(mode, IpFamily.IPV6));
  }

  private void does(String what) throws IOException {
    if (broken.contains(what)) {
      events.add(what + ", in vain");
      throw new IOException(what + ", in vain");
    }
    events.add(what);
  }

  private final class Fake implements Backend {
    private final ProxyMode mode;
    private final IpFamily family;
    private final TreeSet<String> planned = new TreeSet<>();

    private Fake(ProxyMode mode, IpFamily family) {
      this.mode = mode;
      this.family = family;
    }

    private void doesWhat(String what) throws IOException {
      does(mode + " " + family + " " + what);
    }

    @Override
    public IpFamily family() {
      return family;
    }

    @Override
    public void plan(NodePolicy policy, Map<ServiceName, List<VirtualServer>> changed) {
      changed.forEach(
          (name, servers) -> planned.add((servers.isEmpty() ? "-" : "+") + name.name()));
    }

    @Override
    public Written apply() throws IOException {
      doesWhat("applies");
      if (!planned.isEmpty()) {
        events.set(events.size() - 1, events.getLast() + " " + String.join(" ", planned));
      }
      planned.clear();
      return new Written(1, 1);
    }

    @Override
    public Optional<KernelReading> look() {
      events.add(mode + " " + family + " looks");
      return Optional.of(() -> false);
    }

    @Override
    public Repaired repair(KernelReading reading) throws IOException {
      doesWhat("repairs");
      SortedMap<String, Drift.Kind> drift = new TreeMap<>(Map.of("chain X", Drift.Kind.MISSING));
      return new Repaired(new Written(1, 1), new Drift(drift));
    }

    @Override
    public void forget() {
      events.add(mode + " " + family + " forgets");
    }

    @Override
    public Optional<Instant> due() {
      return Optional.ofNullable(due.get(mode + " " + family));
    }

    @Override
    public Written tick() throws IOException {
      doesWhat("ticks");
      due.remove(mode + " " + family);
      return new Written(1, 2);
    }

    @Override
    public Leaving leave() throws IOException {
      doesWhat("leaves");
      return draining.contains(mode.toString()) ? Leaving.DRAINING : Leaving.DONE;
    }

    @Override
    public void close() {
      events.add(mode + " " + family + " closes");
    }

    @Override
    public List<Refusal> refusals() {
      return List.of(new Refusal("a chain of " + mode, "no such match"));
    }

    @Override
    public Set<FrontEnd> takeGoneUdp() {
      return Set.of(new FrontEnd.NodePort(mode == ProxyMode.IPVS ? 30053 : 30054));
    }

    @Override
    public void retry() {}

    @Override
    public ProgramDigest digest() {
      return ProgramDigest.EMPTY;
    }
  }
}
