package dev.sluice.applier.ipvs;

import dev.sluice.applier.netlink.Errno;
import dev.sluice.applier.netlink.InterfaceAddress;
import dev.sluice.applier.netlink.InterfaceAddresses;
import dev.sluice.applier.netlink.Link;
import dev.sluice.applier.netlink.Links;
import dev.sluice.applier.netlink.NetlinkConnection;
import dev.sluice.applier.netlink.NetlinkException;
import dev.sluice.applier.netlink.NetlinkMessage;
import dev.sluice.applier.netlink.NetlinkSocket.Family;
import dev.sluice.applier.netlink.NetlinkSocket.Refusal;
import dev.sluice.events.model.IpAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * This kernel's interfaces and their addresses, by netlink; of the network namespace of the thread
 * that first uses it. Used by one thread at a time.
 */
public final class LinkKernel implements AutoCloseable {
  private static final String DUMMY = "dummy";

  private final NetlinkConnection connection = new NetlinkConnection(Family.ROUTE);

  /** An address that the kernel refused to add or remove. */
  public record RefusedAddress(IpAddress address, NetlinkException reason) {}

  /** All interfaces. */
  public List<Link> links() throws IOException {
    return connection.use(socket -> socket.query(Links.dump(), Links::parse));
  }

  /** The interface of a name; empty: there is none. */
  public Optional<Link> find(String name) throws IOException {
    try {
      return connection.use(socket -> socket.query(Links.get(name), Links::parse)).stream()
          .findFirst();
    } catch (NetlinkException e) {
      if (e.is(Errno.ENODEV)) {
        return Optional.empty();
      }
      throw new IOException("interface " + name + ": " + e.getMessage(), e);
    }
  }

  /**
   * Makes an interface of kind dummy, which is down, if it is not there.
   *
   * @return the interface, whoever made it
   * @throws IOException if it can't be made, or one of another kind has the name
   */
  public Link makeDummy(String name) throws IOException {
    Optional<NetlinkException> refused = send(Links.createDummy(name));
    if (refused.isPresent() && !refused.get().is(Errno.EEXIST)) {
      throw new IOException(
          "creation of interface %s: %s".formatted(name, refused.get().getMessage()),
          refused.get());
    }
    Link link =
        find(name).orElseThrow(() -> new IOException("interface " + name + " is gone again"));
    if (!link.kind().equals(DUMMY)) {
      throw new IOException(
          "interface %s is of kind \"%s\" instead of dummy".formatted(name, link.kind()));
    }
    return link;
  }

  /**
   * Removes an interface with its addresses, if it is there and of kind dummy.
   *
   * @return whether it was
   */
  public boolean deleteDummy(String name) throws IOException {
    if (find(name).filter(link -> link.kind().equals(DUMMY)).isEmpty()) {
      return false;
    }
    Optional<NetlinkException> refused = send(Links.delete(name));
    if (refused.isPresent() && !refused.get().is(Errno.ENODEV)) {
      throw new IOException(
          "removal of interface %s: %s".formatted(name, refused.get().getMessage()), refused.get());
    }
    return refused.isEmpty();
  }

  private Optional<NetlinkException> send(NetlinkMessage message) throws IOException {
    return connection.use(socket -> socket.send(List.of(message))).stream()
        .findFirst()
        .map(Refusal::reason);
  }

  /** The addresses of all interfaces. */
  public List<InterfaceAddress> addresses() throws IOException {
    return connection.use(
        socket -> socket.query(InterfaceAddresses.dump(), InterfaceAddresses::parseWithLink));
  }

  /** The addresses of one interface. */
  public Set<IpAddress> addresses(Link link) throws IOException {
    return addresses().stream()
        .filter(found -> found.link() == link.index())
        .map(InterfaceAddress::address)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Gives an interface addresses, each a network of its own; it may have some of them.
   *
   * @return those that were refused, such as by ENODEV if the interface is gone
   */
  public List<RefusedAddress> add(Link link, Collection<IpAddress> addresses) throws IOException {
    return each(addresses, a -> InterfaceAddresses.add(link.index(), a), Errno.EEXIST);
  }

  /**
   * Takes addresses from an interface, those that it has.
   *
   * @return those that were refused
   */
  public List<RefusedAddress> remove(Link link, Collection<IpAddress> addresses)
      throws IOException {
    return each(addresses, a -> InterfaceAddresses.delete(link.index(), a), Errno.EADDRNOTAVAIL);
  }

  private List<RefusedAddress> each(
      Collection<IpAddress> addresses, Function<IpAddress, NetlinkMessage> message, Errno done)
      throws IOException {
    List<IpAddress> all = List.copyOf(addresses);
    List<RefusedAddress> refused = new ArrayList<>();
    for (Refusal refusal :
        connection.use(socket -> socket.send(all.stream().map(message).toList()))) {
      if (!refusal.reason().is(done)) {
        refused.add(new RefusedAddress(all.get(refusal.index()), refusal.reason()));
      }
    }
    return refused;
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
