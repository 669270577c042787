package dev.sluice.local.bench.change;

import dev.sluice.applier.forwarding.ForwardingTable;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodeConfig.DetectLocal;
import dev.sluice.applier.forwarding.NodeConfig.NodePorts;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.event.EventCodec;
import dev.sluice.events.event.LogRecord;
import dev.sluice.events.event.StateEntry;
import dev.sluice.events.event.UndecodableRecordException;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.ServiceName;
import java.util.List;
import java.util.Map;

/**
 * What an applier computes for records of the log before any back end: decoded, folded into the
 * image, forwarded. No kernel, no Kafka. One thread.
 */
public final class Forwarding {
  private static final NodeConfig CONFIG =
      new NodeConfig(
          false,
          new DetectLocal.ClusterCidrs(
              List.of(Cidr.parse("10.128.0.0/9"), Cidr.parse("fd00:10:128::/48"))),
          new NodePorts.All(),
          true);

  private final EventCodec codec = new EventCodec();
  private final ForwardingTable table = new ForwardingTable(ChangeCluster.NODE);
  private ClusterImage image = ClusterImage.EMPTY;
  private NodePolicy policy = NodePolicy.NOTHING_KNOWN;

  /**
   * What back ends get.
   *
   * @param servers of the Services that have changed
   */
  public record Forwarded(NodePolicy policy, Map<ServiceName, List<VirtualServer>> servers) {
    public Forwarded {
      servers = Map.copyOf(servers);
    }
  }

  /** Takes records. */
  public Forwarded apply(List<LogRecord> records) {
    ClusterDelta delta = new ClusterDelta(image);
    for (LogRecord record : records) {
      delta.replay(entry(record));
    }
    image = delta.apply();
    policy = image.node(ChangeCluster.NODE).map(CONFIG::on).orElse(policy);
    return new Forwarded(policy, table.virtualServers(image, delta.changedServices()));
  }

  private StateEntry entry(LogRecord record) {
    try {
      return codec.decodeState(record);
    } catch (UndecodableRecordException e) {
      throw new IllegalStateException("a record that was encoded here", e);
    }
  }
}
