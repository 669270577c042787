package dev.sluice.applier.conntrack;

import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.NodePortAddresses;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Ends tracked flows that the rules would no longer lead where they go. Used by one thread. */
public interface FlowCleaner {
  /** Lets them be. */
  FlowCleaner NONE =
      new FlowCleaner() {
        @Override
        public void before(Collection<VirtualServer> servers) {}

        @Override
        public void plan(
            ClusterImage image,
            NodePortAddresses nodePorts,
            Map<ServiceName, List<VirtualServer>> changed) {}

        @Override
        public void gone(IpFamily family, Set<FrontEnd> udp) {}

        @Override
        public void clean(Set<IpFamily> written) {}
      };

  /**
   * Takes note of what was forwarded before the first plan, by an applier before this one. To be
   * called before that.
   *
   * @param servers of any protocol
   */
  void before(Collection<VirtualServer> servers);

  /**
   * Takes note of what the kernel is about to forward otherwise. Touches no flow.
   *
   * @param image has the endpoints
   * @param nodePorts which local addresses node ports are on
   * @param changed the virtual servers of each changed Service, of either family; none where the
   *     Service is gone
   */
  void plan(
      ClusterImage image,
      NodePortAddresses nodePorts,
      Map<ServiceName, List<VirtualServer>> changed);

  /**
   * Takes note of UDP front ends that the kernel had before the first plan, and has no more.
   *
   * @param udp of Services of which nothing else is known
   */
  void gone(IpFamily family, Set<FrontEnd> udp);

  /**
   * Ends the flows that are stale by what was planned. A failure is reported and made up for by the
   * next call: the rules are right whether or not it succeeds.
   *
   * @param written the families whose rules the kernel has; the others' flows wait, since new ones
   *     like them would follow
   */
  void clean(Set<IpFamily> written);
}
