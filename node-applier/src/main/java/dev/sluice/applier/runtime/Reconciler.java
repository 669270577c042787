package dev.sluice.applier.runtime;

import dev.sluice.applier.conntrack.FlowCleaner;
import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.Backend.Refusal;
import dev.sluice.applier.program.Backend.Written;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Brings the kernel to what an image says: forwarding, compilation, difference, write, and then the
 * flows that went by the rules of before. Blocks; used by the applier's worker thread alone.
 */
final class Reconciler {
  private final String nodeName;
  private final NodeConfig config;
  private final ForwardingTable forwarding;
  private final List<Backend> backends;
  private final FlowCleaner flows;
  private final HeapGrowth heap = new HeapGrowth();
  private NodePolicy policy = NodePolicy.NOTHING_KNOWN;

  Reconciler(String nodeName, NodeConfig config, List<Backend> backends, FlowCleaner flows) {
    this.nodeName = nodeName;
    this.config = config;
    forwarding = new ForwardingTable(nodeName);
    this.backends = List.copyOf(backends);
    this.flows = flows;
  }

  /**
   * What is to be done.
   *
   * @param services the Services that may differ from the work before
   * @param readBack whether to read back what the kernel holds, and to repair it
   */
  record Work(ClusterImage image, Set<ServiceName> services, boolean readBack) {}

  /**
   * What one family's part came to.
   *
   * @param written for what had changed
   * @param repaired for what somebody else had changed in the kernel
   */
  record Synced(Written written, Written repaired, Duration duration) {}

  /**
   * What came of it.
   *
   * @param policy by which it was done
   * @param servers the virtual servers of the Services that may differ
   * @param failures reasons, by the families that failed
   * @param refusals what the kernel refuses, by family; everything else is written all the same
   */
  record Outcome(
      Work work,
      NodePolicy policy,
      Map<ServiceName, List<VirtualServer>> servers,
      Map<IpFamily, Synced> synced,
      Map<IpFamily, IOException> failures,
      Map<IpFamily, List<Refusal>> refusals) {
    Written written() {
      return synced.values().stream()
          .map(one -> one.written().plus(one.repaired()))
          .reduce(Written.NOTHING, Written::plus);
    }
  }

  /** Does the work. What one family's kernel refuses does not hold back the other family. */
  Outcome reconcile(Work work) {
    // a node goes on forwarding as it did when its object is deleted
    policy = work.image().node(nodeName).map(config::on).orElse(policy);
    Map<ServiceName, List<VirtualServer>> servers =
        forwarding.virtualServers(work.image(), work.services());
    flows.plan(work.image(), policy.nodePorts(), servers);
    Map<IpFamily, Synced> synced = new EnumMap<>(IpFamily.class);
    Map<IpFamily, IOException> failures = new EnumMap<>(IpFamily.class);
    for (Backend backend : backends) {
      long start = System.nanoTime();
      if (work.readBack()) {
        backend.retry();
      }
      backend.plan(policy, servers);
      try {
        Written written = backend.apply();
        flows.gone(backend.family(), backend.takeGoneUdp());
        // only then, so that what is planned is not taken for drift
        Written repaired = work.readBack() ? backend.repair() : Written.NOTHING;
        Duration duration = Duration.ofNanos(System.nanoTime() - start);
        synced.put(backend.family(), new Synced(written, repaired, duration));
      } catch (IOException e) {
        failures.put(backend.family(), e);
      }
    }
    // only then: before, the flows would come back by the rules of before
    flows.clean(synced.keySet());
    if (work.readBack()) {
      heap.limit();
    }
    return new Outcome(work, policy, servers, synced, failures, refusals());
  }

  private Map<IpFamily, List<Refusal>> refusals() {
    Map<IpFamily, List<Refusal>> refusals = new EnumMap<>(IpFamily.class);
    backends.forEach(backend -> refusals.put(backend.family(), backend.refusals()));
    return refusals;
  }
}
