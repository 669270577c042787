package dev.sluice.applier.conntrack;

import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.NodePortAddresses;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.ServiceName;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes stale flows from the kernel's connection tracking: one dump a family for all that
 * changed, none where no UDP front end did. Blocks; used by the applier's worker thread alone.
 */
public final class ConntrackCleaner implements FlowCleaner {
  private static final Logger LOG = LoggerFactory.getLogger(ConntrackCleaner.class);

  private final FlowTable table;
  private final LocalAddresses addresses;
  private final Counter deleted;
  private final Counter failures;
  private final Timer duration;

  private final UdpFrontEnds frontEnds = new UdpFrontEnds();
  private final Set<UdpFrontEnd> gone = new HashSet<>();
  private final Set<IpFamily> due = EnumSet.noneOf(IpFamily.class);
  private NodePortAddresses nodePorts = NodePolicy.NOTHING_KNOWN.nodePorts();
  private long revision;

  /** */
  public ConntrackCleaner(FlowTable table, LocalAddresses addresses, MeterRegistry registry) {
    this.table = table;
    this.addresses = addresses;
    deleted =
        Counter.builder("sluice.conntrack.deleted.flows")
            .description("UDP flows ended because their endpoint no longer serves them")
            .register(registry);
    failures =
        Counter.builder("sluice.conntrack.failures")
            .description("Times that stale UDP flows could not be ended")
            .register(registry);
    duration =
        Timer.builder("sluice.conntrack.clean.duration")
            .description("How long it takes to find stale UDP flows and to end them")
            .register(registry);
  }

  @Override
  public void before(Collection<VirtualServer> servers) {
    for (VirtualServer server : servers) {
      if (server.name().protocol() == Protocol.UDP) {
        gone.add(UdpFrontEnd.of(server.family(), server.frontEnd()));
        due.add(server.family());
      }
    }
  }

  @Override
  public void plan(
      ClusterImage image,
      NodePortAddresses addressesOfNodePorts,
      Map<ServiceName, List<VirtualServer>> changed) {
    revision = image.revision();
    nodePorts = addressesOfNodePorts;
    changed.forEach(
        (name, servers) -> {
          UdpService service = UdpService.of(servers, image.slices(name));
          for (UdpFrontEnd front : frontEnds.replace(name, service)) {
            due.add(front.family());
            gone.add(front);
          }
        });
    gone.removeIf(frontEnds::contains);
  }

  @Override
  public void gone(IpFamily family, Set<FrontEnd> udp) {
    for (FrontEnd each : udp) {
      UdpFrontEnd front = UdpFrontEnd.of(family, each);
      if (!frontEnds.contains(front)) {
        gone.add(front);
        due.add(family);
      }
    }
  }

  @Override
  public void clean(Set<IpFamily> written) {
    Set<IpFamily> families = EnumSet.noneOf(IpFamily.class);
    families.addAll(due);
    families.retainAll(written);
    if (families.isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    try {
      int removed = removeStale(families);
      gone.removeIf(front -> families.contains(front.family()));
      due.removeAll(families);
      deleted.increment(removed);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      duration.record(took);
      if (removed > 0) {
        LOG.info(
            "conntrack revision={} deleted_flows={} ms={}", revision, removed, took.toMillis());
      }
    } catch (IOException e) {
      failures.increment();
      LOG.warn(
          "conntrack revision={} error=\"{}\"; stale UDP flows go on until the next sync",
          revision,
          e.getMessage());
    }
  }

  private int removeStale(Set<IpFamily> families) throws IOException {
    StaleFlows stale =
        new StaleFlows(frontEnds, gone, new OwnNodePorts(addresses.read(), nodePorts));
    List<Flow> found = new ArrayList<>();
    for (IpFamily family : families) {
      found.addAll(table.udp(family, stale));
    }
    return found.isEmpty() ? 0 : table.delete(found);
  }
}
