package dev.sluice.applier.ipvs;

import dev.sluice.applier.netlink.Errno;
import dev.sluice.applier.netlink.GenericFamily;
import dev.sluice.applier.netlink.NetlinkConnection;
import dev.sluice.applier.netlink.NetlinkException;
import dev.sluice.applier.netlink.NetlinkSocket;
import dev.sluice.applier.netlink.NetlinkSocket.Family;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The virtual servers of this kernel, by generic netlink; of the network namespace of the thread
 * that first uses it. Used by one thread at a time.
 *
 * <p>Its methods throw {@link IOException} if the kernel has no IPVS, or if it is not known how a
 * request ended.
 */
public final class IpvsKernel implements AutoCloseable {
  private final NetlinkConnection connection = new NetlinkConnection(Family.GENERIC);
  // another one after the module was loaded anew, which it can't be while there are servers
  private OptionalInt family = OptionalInt.empty();

  /**
   * Whether the kernel has IPVS; it loads its module if it can.
   *
   * @throws IOException if the kernel can't be asked
   */
  public boolean available() throws IOException {
    try {
      family =
          connection
              .use(
                  socket ->
                      socket.query(GenericFamily.get(IpvsMessage.FAMILY), GenericFamily::parse))
              .stream()
              .mapToInt(Integer::intValue)
              .findFirst();
    } catch (NetlinkException e) {
      family = OptionalInt.empty();
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
    return family.isPresent();
  }

  /** The version of the kernel's IPVS, such as 1.2.1. */
  public String version() throws IOException {
    return with((socket, type) -> socket.query(IpvsMessage.info(type), IpvsAnswer::version))
        .stream()
        .findFirst()
        .orElseThrow(() -> new IOException("IPVS tells no version"));
  }

  /** The virtual servers of a family, whoever made them; those of other protocols left out. */
  public Map<ServerKey, ServerSettings> servers(IpFamily ipFamily) throws IOException {
    Map<ServerKey, ServerSettings> servers = new HashMap<>();
    with((socket, type) -> socket.query(IpvsMessage.servers(type), IpvsAnswer::server)).stream()
        .filter(entry -> entry.getKey().family() == ipFamily)
        .forEach(entry -> servers.put(entry.getKey(), entry.getValue()));
    return servers;
  }

  /** A virtual server's destinations; none if there is no such server. */
  public List<FoundDestination> destinations(ServerKey server) throws IOException {
    return with(
        (socket, type) ->
            socket.query(
                IpvsMessage.destinations(type, server),
                message -> IpvsAnswer.destination(message, server.family())));
  }

  /**
   * Has the kernel do all operations, in order; one that is refused does not stop those after it.
   *
   * @return what was refused, in order
   */
  public List<Refused> send(List<Operation> operations) throws IOException {
    return with(
            (socket, type) ->
                socket.send(operations.stream().map(o -> IpvsMessage.of(type, o)).toList()))
        .stream()
        .map(refusal -> new Refused(operations.get(refusal.index()), refusal.reason()))
        .toList();
  }

  /** What is done with a socket and the family's number. */
  private interface Use<T> {
    T with(NetlinkSocket socket, int type) throws IOException;
  }

  private <T> T with(Use<T> use) throws IOException {
    if (family.isEmpty() && !available()) {
      throw new IOException("the kernel has no IPVS (module ip_vs)");
    }
    int type = family.getAsInt();
    return connection.use(socket -> use.with(socket, type));
  }

  /** Nanoseconds that its requests have taken by now: from sending to the last answer. */
  public long nanos() {
    return connection.nanos();
  }

  @Override
  public void close() {
    connection.close();
  }
}
