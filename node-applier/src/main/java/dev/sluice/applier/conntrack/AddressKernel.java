package dev.sluice.applier.conntrack;

import dev.sluice.applier.netlink.InterfaceAddresses;
import dev.sluice.applier.netlink.NetlinkConnection;
import dev.sluice.applier.netlink.NetlinkSocket.Family;
import dev.sluice.events.model.IpAddress;
import java.io.IOException;
import java.util.Set;

/**
 * The addresses of this kernel's interfaces, by netlink; of the network namespace of the thread
 * that first uses it.
 */
public final class AddressKernel implements LocalAddresses, AutoCloseable {
  private final NetlinkConnection connection = new NetlinkConnection(Family.ROUTE);

  @Override
  public Set<IpAddress> read() throws IOException {
    return Set.copyOf(
        connection.use(
            socket -> socket.query(InterfaceAddresses.dump(), InterfaceAddresses::parse)));
  }

  @Override
  public void close() {
    connection.close();
  }
}
