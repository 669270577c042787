package dev.sluice.local.bench.change;

import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodeConfig.DetectLocal;
import dev.sluice.applier.forwarding.NodeConfig.NodePorts;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.iptables.IptablesCompiler;
import dev.sluice.applier.iptables.IptablesCompiler.Compilation;
import dev.sluice.applier.iptables.IptablesKey;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.iptables.RestoreScript;
import dev.sluice.applier.program.ProgramDiff;
import dev.sluice.events.event.EventCodec;
import dev.sluice.events.event.LogRecord;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.UndecodableRecordException;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * All that an applier computes for records of the log: decoded, folded into the image, forwarded,
 * compiled for both families, compared, and written as scripts. No kernel, no Kafka. One thread.
 */
final class Pipeline {
  private static final NodeConfig CONFIG =
      new NodeConfig(
          false,
          new DetectLocal.ClusterCidrs(
              List.of(Cidr.parse("10.128.0.0/9"), Cidr.parse("fd00:10:128::/48"))),
          new NodePorts.All(),
          true);

  private final EventCodec codec = new EventCodec();
  private final ForwardingTable forwarding = new ForwardingTable(ChangeCluster.NODE);
  private final List<Family> families = new ArrayList<>();
  private ClusterImage image = ClusterImage.EMPTY;
  private NodePolicy policy = NodePolicy.NOTHING_KNOWN;

  Pipeline() {
    for (IpFamily family : IpFamily.values()) {
      families.add(new Family(new IptablesCompiler(family, IptablesOptions.DEFAULTS, true)));
    }
  }

  /** Takes records; gives the scripts of both families. */
  List<String> apply(List<LogRecord> records) {
    ClusterDelta delta = new ClusterDelta(image);
    for (LogRecord record : records) {
      delta.replay(entry(record));
    }
    image = delta.apply();
    policy = image.node(ChangeCluster.NODE).map(CONFIG::on).orElse(policy);
    Map<ServiceName, List<VirtualServer>> servers =
        forwarding.virtualServers(image, delta.changedServices());
    return families.stream().map(family -> family.script(policy, servers)).toList();
  }

  private StateEntry entry(LogRecord record) {
    try {
      return codec.decodeState(record);
    } catch (UndecodableRecordException e) {
      throw new IllegalStateException("a record that was encoded here", e);
    }
  }

  private static final class Family {
    private final IptablesCompiler compiler;
    private Compilation current;

    Family(IptablesCompiler compiler) {
      this.compiler = compiler;
      current = compiler.start(NodePolicy.NOTHING_KNOWN);
    }

    String script(NodePolicy policy, Map<ServiceName, List<VirtualServer>> servers) {
      Compilation next = compiler.update(current, policy, servers);
      ProgramDiff<IptablesKey, String> diff =
          ProgramDiff.between(current.program(), next.program(), next.changed());
      String script = RestoreScript.of(current.program(), diff);
      current = next;
      return script;
    }
  }
}
