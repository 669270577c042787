package dev.sluice.applier.ipvs;

import dev.sluice.applier.ipset.IpsetKernel;

/**
 * The parts of this kernel that IPVS mode uses, of the network namespace of the thread that first
 * uses them. Both families may share one. Used by one thread.
 */
public record NodeKernel(IpsetKernel sets, IpvsKernel servers, LinkKernel links)
    implements AutoCloseable {
  /** The device that makes Services' addresses the node's own; kube-proxy's. */
  static final String DEVICE = "kube-ipvs0";

  /** Nothing is opened before it is used. */
  public NodeKernel() {
    this(new IpsetKernel(), new IpvsKernel(), new LinkKernel());
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
  }
}
