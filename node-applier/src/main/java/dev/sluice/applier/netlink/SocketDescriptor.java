package dev.sluice.applier.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The kernel's end of a netlink socket. It is of the opening thread's network namespace. */
final class SocketDescriptor implements Datagrams {
  // include/linux/socket.h, include/uapi/linux/netlink.h, include/uapi/asm-generic/socket.h
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUF = 8;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int SOL_NETLINK = 270;
  private static final int NETLINK_CAP_ACK = 10;
  private static final int NETLINK_EXT_ACK = 11;
  private static final int MSG_TRUNC = 0x20;
  private static final int ADDRESS_BYTES = 12;

  private static final int RECEIVE_BUFFER_BYTES = 1 << 20;
  private static final long RECEIVE_SECONDS = 10;

  private final int fd;
  private int roomForAnswers;
  private boolean closed;

  private SocketDescriptor(int fd) {
    this.fd = fd;
  }

  /**
   * Opens a socket in the calling thread's network namespace.
   *
   * @param family its number in include/uapi/linux/netlink.h
   * @throws NetlinkException if the kernel has no such family, or no descriptor is left
   */
  static SocketDescriptor open(int family) throws NetlinkException {
    int type = SOCK_RAW | SOCK_CLOEXEC;
    long fd = LibC.checked("socket", c -> c.socket(AF_NETLINK, type, family));
    SocketDescriptor socket = new SocketDescriptor((int) fd);
    try {
      socket.configure();
      return socket;
    } catch (NetlinkException e) {
      socket.close();
      throw e;
    }
  }

  private void configure() throws NetlinkException {
    try {
      option(SOL_SOCKET, SO_RCVBUFFORCE, integer(RECEIVE_BUFFER_BYTES));
    } catch (NetlinkException e) {
      if (!e.is(Errno.EPERM)) {
        throw e;
      }
      // only in the first user namespace may the limit be passed; as much as it allows, then
      option(SOL_SOCKET, SO_RCVBUF, integer(RECEIVE_BUFFER_BYTES));
    }
    roomForAnswers = integerOption(SOL_SOCKET, SO_RCVBUF);
    ByteBuffer seconds = direct(16).putLong(RECEIVE_SECONDS).putLong(0).flip();
    option(SOL_SOCKET, SO_RCVTIMEO, seconds);
    option(SOL_NETLINK, NETLINK_CAP_ACK, integer(1));
    option(SOL_NETLINK, NETLINK_EXT_ACK, integer(1));
    // struct sockaddr_nl: port 0 lets the kernel choose, no groups
    ByteBuffer address = direct(ADDRESS_BYTES).putShort(0, (short) AF_NETLINK);
    long _ = LibC.checked("bind", c -> c.bind(fd, address, ADDRESS_BYTES));
  }

  private void option(int level, int name, ByteBuffer value) throws NetlinkException {
    String call = "setsockopt %d/%d".formatted(level, name);
    long _ = LibC.checked(call, c -> c.setsockopt(fd, level, name, value, value.remaining()));
  }

  private int integerOption(int level, int name) throws NetlinkException {
    String call = "getsockopt %d/%d".formatted(level, name);
    ByteBuffer value = direct(Integer.BYTES);
    ByteBuffer length = integer(Integer.BYTES);
    long _ = LibC.checked(call, c -> c.getsockopt(fd, level, name, value, length));
    return value.getInt(0);
  }

  @Override
  public int roomForAnswers() {
    return roomForAnswers;
  }

  @Override
  public void send(ByteBuffer datagram) throws NetlinkException {
    long _ = LibC.checked("send", c -> c.send(fd, datagram, datagram.remaining(), 0));
  }

  @Override
  public int receive(ByteBuffer buffer) throws NetlinkException {
    // with MSG_TRUNC the result is the datagram's length, whatever fits
    return (int) LibC.checked("recv", c -> c.recv(fd, buffer, buffer.remaining(), MSG_TRUNC));
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      // Not retried nor looked at: Linux has closed the descriptor whatever it returns.
      int _ = LibC.functions().close(fd);
    }
  }

  private static ByteBuffer integer(int value) {
    return direct(Integer.BYTES).putInt(value).flip();
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
