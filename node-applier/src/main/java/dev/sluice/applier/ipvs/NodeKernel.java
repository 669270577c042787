package dev.sluice.applier.ipvs;

import dev.sluice.applier.conntrack.ConntrackKernel;
import dev.sluice.applier.ipset.IpsetKernel;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The parts of this kernel that IPVS mode uses, of the network namespace of the thread that first
 * uses them. Both families may share one. Used by one thread.
 */
public record NodeKernel(
    IpsetKernel sets, IpvsKernel servers, LinkKernel links, ConntrackKernel flows)
    implements AutoCloseable {
  /** The device that makes Services' addresses the node's own; kube-proxy's. */
  static final String DEVICE = "kube-ipvs0";

  private static final String PROBE_DEVICE = "kube-ipvs-probe";
  private static final int PROBE_MARK = 0x7fff_fff1;

  /** Nothing is opened before it is used. */
  public NodeKernel() {
    this(new IpsetKernel(), new IpvsKernel(), new LinkKernel(), new ConntrackKernel());
  }

  /**
   * What this kernel lacks for IPVS mode, in words; empty where it has all. Makes a virtual server
   * that no packet gets to, and a device that is down, and removes them.
   *
   * @throws IOException if the kernel can't be asked
   */
  public Optional<String> missing(String scheduler) throws IOException {
    if (!servers.available()) {
      return Optional.of("the kernel has no IPVS (module ip_vs)");
    }
    if (!sets.available()) {
      return Optional.of("the kernel has no IP sets (module ip_set)");
    }
    ServerKey probe = new ServerKey.Marked(IpFamily.IPV4, PROBE_MARK);
    List<Refused> refused =
        servers.send(List.of(new Operation.NewServer(probe, new ServerSettings(scheduler, 0))));
    if (!refused.isEmpty()) {
      return Optional.of(
          "the kernel takes no virtual server with scheduler %s (module ip_vs_%s): %s"
              .formatted(scheduler, scheduler, refused.getFirst().reason().getMessage()));
    }
    List<Refused> _ = servers.send(List.of(new Operation.DeleteServer(probe)));
    if (links.find(DEVICE).isEmpty()) {
      try {
        var _ = links.makeDummy(PROBE_DEVICE);
      } catch (IOException e) {
        return Optional.of("the kernel makes no dummy device (module dummy): " + e.getMessage());
      }
      boolean _ = links.deleteDummy(PROBE_DEVICE);
    }
    return Optional.empty();
  }

  /** Nanoseconds that all requests have taken by now: from sending to the last answer. */
  public long nanos() {
    return sets.nanos() + servers.nanos() + links.nanos();
  }

  @Override
  public void close() {
    sets.close();
    servers.close();
    links.close();
    flows.close();
  }
}
