package dev.sluice.local.bench.iptables;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.bench.traffic.Workload;

/** What is measured at one go. */
record LayoutCase(Variant variant, Layout layout, Workload workload) {
  /** The variant, and the family where it is not IPv4. */
  String kernel() {
    return variant + (workload.family() == IpFamily.IPV4 ? "" : " " + workload.family());
  }

  /** What all sizes of it have in common. */
  String series() {
    return kernel() + " " + layout;
  }
}
