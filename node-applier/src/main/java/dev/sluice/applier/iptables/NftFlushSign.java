package dev.sluice.applier.iptables;

import dev.sluice.applier.netlink.AddressFamily;
import dev.sluice.applier.netlink.Attributes;
import dev.sluice.applier.netlink.Errno;
import dev.sluice.applier.netlink.MalformedMessageException;
import dev.sluice.applier.netlink.NetlinkConnection;
import dev.sluice.applier.netlink.NetlinkException;
import dev.sluice.applier.netlink.NetlinkMessage;
import dev.sluice.applier.netlink.NetlinkSocket;
import dev.sluice.applier.netlink.Payload;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The rules in some chains of ours and those that lead there, which the kernel counts, and the
 * canary, which goes with a table's flush.
 */
final class NftFlushSign implements FlushSign {
  // include/uapi/linux/netfilter/nfnetlink.h, nf_tables.h
  private static final int SUBSYSTEM = 10 << 8;
  private static final int NEW_CHAIN = SUBSYSTEM | 3;
  private static final int GET_CHAIN = SUBSYSTEM | 4;
  private static final int NFTA_CHAIN_TABLE = 1;
  private static final int NFTA_CHAIN_NAME = 3;
  private static final int NFTA_CHAIN_USE = 6;
  private static final int HEADER_BYTES = 4;

  /** Some in each table; those that a table has not count 0. */
  private static final List<String> CHAINS =
      List.of(
          ChainNames.CANARY,
          ChainNames.SERVICES,
          ChainNames.POSTROUTING,
          ChainNames.FORWARD,
          ChainNames.IPVS_MARK);

  private final NetlinkConnection connection =
      new NetlinkConnection(NetlinkSocket.Family.NETFILTER);

  @Override
  public long of(IpFamily family, Table table) throws IOException {
    long sum = 0;
    for (String chain : CHAINS) {
      sum += uses(family, table, chain);
    }
    return sum;
  }

  private long uses(IpFamily family, Table table, String chain) throws IOException {
    NetlinkMessage request = request(family, table.toString(), chain);
    return connection.use(socket -> uses(socket, request)).stream()
        .mapToLong(uses -> uses + 1)
        .sum();
  }

  /** Within the use, since the socket is to stay open where there is no such chain. */
  private static List<Integer> uses(NetlinkSocket socket, NetlinkMessage request)
      throws IOException {
    try {
      return socket.query(request, NftFlushSign::parse);
    } catch (NetlinkException e) {
      if (e.is(Errno.ENOENT)) {
        return List.of();
      }
      throw e;
    }
  }

  /** Asks for one chain. */
  static NetlinkMessage request(IpFamily family, String table, String chain) {
    Payload payload =
        new Payload()
            .u8(AddressFamily.number(family))
            .u8(0)
            .be16(0)
            .attribute(NFTA_CHAIN_TABLE, v -> v.text(table))
            .attribute(NFTA_CHAIN_NAME, v -> v.text(chain));
    return NetlinkMessage.request(GET_CHAIN, 0, payload);
  }

  private static Optional<Integer> parse(NetlinkMessage message) throws MalformedMessageException {
    return message.type() == NEW_CHAIN
        ? Optional.of(Attributes.parse(message.payload(), HEADER_BYTES).be32(NFTA_CHAIN_USE))
        : Optional.empty();
  }

  @Override
  public void close() {
    connection.close();
  }
}
