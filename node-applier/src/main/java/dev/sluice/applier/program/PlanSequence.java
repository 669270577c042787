package dev.sluice.applier.program;

import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.ServiceName;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one family's kernel would hold as changes follow each other, at the cost of each change.
 * Owned by one thread; begins with no Service at all.
 */
public interface PlanSequence {
  /**
   * A plan, and what differs from the one before.
   *
   * @param changes in the order of the objects
   */
  record Step(Plan plan, List<ObjectChange> changes) {
    public Step {
      changes = List.copyOf(changes);
    }
  }

  /**
   * The plan after a change.
   *
   * @param policy what the node's flags and its Node object come to
   * @param addresses those of the node's interfaces, for modes that they shape
   * @param changed the virtual servers of each changed Service, of either family; none where it is
   *     gone. Where policy or addresses differ from those before, all Services
   */
  Step next(
      NodePolicy policy, Set<IpAddress> addresses, Map<ServiceName, List<VirtualServer>> changed);
}
