package dev.sluice.applier.conntrack;

import dev.sluice.applier.netlink.Errno;
import dev.sluice.applier.netlink.NetlinkConnection;
import dev.sluice.applier.netlink.NetlinkSocket.Family;
import dev.sluice.applier.netlink.NetlinkSocket.Refusal;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.Protocol;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/**
 * The entries of this kernel, by netlink; of the network namespace of the thread that first uses
 * it.
 */
public final class ConntrackKernel implements FlowTable, AutoCloseable {
  private final NetlinkConnection connection = new NetlinkConnection(Family.NETFILTER);

  @Override
  public List<Flow> udp(IpFamily family, Predicate<Flow> wanted) throws IOException {
    Predicate<Flow> udp = flow -> flow.protocol() == Protocol.UDP.number();
    return connection.use(
        socket ->
            socket.query(
                ConntrackMessage.dump(family, Protocol.UDP),
                message -> ConntrackMessage.parse(message).filter(udp.and(wanted))));
  }

  @Override
  public int delete(List<Flow> flows) throws IOException {
    List<Refusal> refusals =
        connection.use(
            socket -> socket.send(flows.stream().map(ConntrackMessage::delete).toList()));
    for (Refusal refusal : refusals) {
      if (!refusal.reason().is(Errno.ENOENT)) {
        throw new IOException(
            "deletion of %s: %s"
                .formatted(flows.get(refusal.index()), refusal.reason().getMessage()),
            refusal.reason());
      }
    }
    return flows.size() - refusals.size();
  }

  @Override
  public void close() {
    connection.close();
  }
}
