package dev.sluice.applier.cli;

import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.program.Plan;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.util.List;
import java.util.Map;

/** How a mode's plan is made. */
interface Planner {
  /** Plans one family for these Services. */
  Plan plan(IpFamily family, NodePolicy policy, Map<ServiceName, List<VirtualServer>> servers);
}
