package dev.sluice.applier.netlink;

import dev.sluice.applier.netlink.NetlinkSocket.Family;
import java.io.IOException;
import java.util.Optional;

/**
 * A socket that is opened when it is first needed and kept: closing one of netfilter's can hold up
 * other writers for milliseconds. After a failure the next use opens a new one. Used by one thread
 * at a time, whose network namespace it is opened in.
 */
public final class NetlinkConnection implements AutoCloseable {
  private final Family family;
  private Optional<NetlinkSocket> socket = Optional.empty();
  private long nanos;

  public NetlinkConnection(Family family) {
    this.family = family;
  }

  /** What is done with a socket. */
  public interface Use<T> {
    T with(NetlinkSocket socket) throws IOException;
  }

  /**
   * Does something with the socket.
   *
   * @throws IOException if it can't be opened, or whatever the use throws
   */
  public <T> T use(Use<T> use) throws IOException {
    NetlinkSocket open = socket.isPresent() ? socket.get() : open();
    socket = Optional.of(open);
    long before = open.nanos();
    try {
      return use.with(open);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    } finally {
      nanos += open.nanos() - before;
    }
  }

  /** Nanoseconds that its requests have taken by now: from sending to the last answer. */
  public long nanos() {
    return nanos;
  }

  private NetlinkSocket open() throws IOException {
    try {
      return NetlinkSocket.open(family);
    } catch (LinkageError e) {
      // jnr-ffi unpacks its library at its first use, which a read-only root forbids
      throw new IOException("netlink: the C library can't be called: " + e, e);
    }
  }

  /** Closes the socket. Idempotent; the next use opens one again. */
  @Override
  public void close() {
    socket.ifPresent(NetlinkSocket::close);
    socket = Optional.empty();
  }
}
