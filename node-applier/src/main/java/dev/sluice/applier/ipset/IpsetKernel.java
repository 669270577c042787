package dev.sluice.applier.ipset;

import dev.sluice.applier.netlink.Errno;
import dev.sluice.applier.netlink.NetlinkConnection;
import dev.sluice.applier.netlink.NetlinkException;
import dev.sluice.applier.netlink.NetlinkMessage;
import dev.sluice.applier.netlink.NetlinkSocket.Family;
import dev.sluice.applier.netlink.NetlinkSocket.Refusal;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The sets of this kernel, by netlink; of the network namespace of the thread that first uses it.
 * Used by one thread at a time.
 *
 * <p>Its methods throw {@link IpsetException} where the kernel refuses, and other {@link
 * IOException}s where it is not known what the kernel has done.
 */
public final class IpsetKernel implements AutoCloseable {
  private final NetlinkConnection connection = new NetlinkConnection(Family.NETFILTER);

  /**
   * Whether the kernel has sets; it loads its module if it can.
   *
   * @throws IOException if the kernel can't be asked
   */
  public boolean available() throws IOException {
    try {
      return connection
          .use(socket -> socket.query(IpsetMessage.protocol(), IpsetMessage::parseProtocol))
          .contains(true);
    } catch (NetlinkException e) {
      // what nfnetlink answers for a subsystem that it has not
      if (e.is(Errno.EINVAL)) {
        return false;
      }
      throw e;
    }
  }

  /** All sets by their names, whoever made them. */
  public Map<String, FoundSet> definitions() throws IOException {
    Map<String, FoundSet> sets = new HashMap<>();
    connection
        .use(socket -> socket.query(IpsetMessage.headers(), IpsetMessage::parseHeader))
        .forEach(entry -> sets.put(entry.getKey(), entry.getValue()));
    return sets;
  }

  /**
   * The elements of a set with their marks, 0 for those that have none. Elements that no rule of
   * ours would add, such as those of other protocols, are left out.
   *
   * @throws IpsetException ENOENT if there is no such set
   */
  public Map<Element, Integer> elements(SetDefinition set) throws IOException {
    Map<Element, Integer> elements = new HashMap<>();
    try {
      connection
          .use(
              socket ->
                  socket.query(
                      IpsetMessage.members(set),
                      message -> Optional.of(IpsetMessage.parseMembers(set, message))))
          .forEach(part -> part.forEach(member -> elements.put(member.element(), member.mark())));
    } catch (NetlinkException e) {
      throw refused("elements of set " + set.name(), set, e);
    }
    return elements;
  }

  /**
   * Makes a set. One that is just the same may be there.
   *
   * @throws IpsetException EEXIST if a different one of the name is there
   */
  public void create(SetDefinition set) throws IOException {
    String what = "creation of set %s (%s)".formatted(set.name(), set);
    try {
      int revision =
          connection
              .use(
                  socket -> socket.query(IpsetMessage.revisions(set), IpsetMessage::parseRevisions))
              .stream()
              .findFirst()
              .orElseThrow(() -> new IOException(what + ": the kernel tells no revision"))
              .best(set.type());
      List<Refusal> refusals = send(List.of(IpsetMessage.create(set, revision)));
      if (!refusals.isEmpty()) {
        throw refused(what, set, refusals.getFirst().reason());
      }
    } catch (NetlinkException e) {
      throw refused(what, set, e);
    }
  }

  /**
   * Removes a set with its elements, if it is there.
   *
   * @throws IpsetException {@link IpsetError#BUSY} if a rule uses it
   */
  public void destroy(String name) throws IOException {
    List<Refusal> refusals = send(List.of(IpsetMessage.destroy(name)));
    if (!refusals.isEmpty() && !refusals.getFirst().reason().is(Errno.ENOENT)) {
      throw new IpsetException("removal of set " + name, "", refusals.getFirst().reason());
    }
  }

  /**
   * Adds elements with their marks, which count only where the set holds some; one that is there
   * gets its mark. All are tried.
   *
   * @throws IpsetException that names the first one that was refused
   */
  public void add(SetDefinition set, Map<Element, Integer> withMarks) throws IOException {
    List<Map.Entry<Element, Integer>> entries = List.copyOf(withMarks.entrySet());
    List<Refusal> refusals =
        send(
            entries.stream()
                .map(entry -> IpsetMessage.add(set, entry.getKey(), entry.getValue()))
                .toList());
    if (!refusals.isEmpty()) {
      Element first = entries.get(refusals.getFirst().index()).getKey();
      throw refused("addition of " + first + " to set " + set.name(), set, refusals);
    }
  }

  /**
   * Removes elements, those that are there. All are tried.
   *
   * @throws IpsetException that names the first one that was refused
   */
  public void remove(SetDefinition set, Collection<Element> elements) throws IOException {
    List<Element> all = List.copyOf(elements);
    List<Refusal> refusals =
        send(all.stream().map(element -> IpsetMessage.delete(set, element)).toList());
    if (!refusals.isEmpty()) {
      Element first = all.get(refusals.getFirst().index());
      throw refused("removal of " + first + " from set " + set.name(), set, refusals);
    }
  }

  private List<Refusal> send(List<NetlinkMessage> messages) throws IOException {
    return connection.use(socket -> socket.send(messages));
  }

  private static IpsetException refused(String what, SetDefinition set, List<Refusal> refusals) {
    String others = refusals.size() == 1 ? "" : " (and %d others)".formatted(refusals.size() - 1);
    return refused(what + others, set, refusals.getFirst().reason());
  }

  private static IpsetException refused(String what, SetDefinition set, NetlinkException reason) {
    return new IpsetException(what, set.type().toString(), reason);
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
