package dev.sluice.local.bench.modes;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.bench.iptables.Layout;
import dev.sluice.local.bench.ipvs.IpvsNode;
import dev.sluice.local.bench.traffic.TimedTool;
import dev.sluice.local.bench.traffic.Workload;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** By what a node forwards. */
enum Mode {
  /** A node that has our rules for no Service; connections go to an endpoint itself. */
  DIRECT("direct"),
  IPTABLES("sluice iptables"),
  IPVS("sluice ipvs"),
  LINEAR("linear iptables");

  private static final Duration LOAD_LIMIT = Duration.ofMinutes(5);

  private final String label;

  Mode(String label) {
    this.label = label;
  }

  /**
   * Loads a node that has nothing yet.
   *
   * @param work for the tools' files
   * @throws dev.sluice.local.bench.BenchException if the kernel or a tool refuses something
   */
  void load(NetworkNamespace node, Workload workload, Path work) throws IOException {
    switch (this) {
      case DIRECT -> restore(node, Layout.SLUICE.rules(workload.family(), List.of()).load(), work);
      case IPTABLES -> restore(node, rules(Layout.SLUICE, workload), work);
      case LINEAR -> restore(node, rules(Layout.KUBE_PROXY, workload), work);
      case IPVS ->
          node.<IOException>run(
              () -> {
                try (IpvsNode ipvs = new IpvsNode(work)) {
                  var _ = ipvs.write(Workload.POLICY, Workload.byService(workload.servers()));
                }
              });
    }
  }

  private static String rules(Layout layout, Workload workload) {
    return layout.rules(workload.family(), workload.servers()).load();
  }

  private static void restore(NetworkNamespace node, String script, Path work) throws IOException {
    TimedTool tool = TimedTool.restore(Variant.LEGACY, IpFamily.IPV4, work);
    long _ = tool.runToEnd(node, script, LOAD_LIMIT);
  }

  @Override
  public String toString() {
    return label;
  }
}
