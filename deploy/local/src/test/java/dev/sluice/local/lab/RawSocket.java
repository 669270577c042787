package dev.sluice.local.lab;

import dev.sluice.applier.netlink.Errno;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/**
 * Sends and receives what follows the IP header, of one protocol, whether the kernel knows it or
 * not. It receives all such packets that come to its namespace, or if it is connected, those of its
 * peer. For one thread.
 */
public final class RawSocket implements AutoCloseable {
  /** What the protocols are called on the wire. */
  public static final int TCP = 6;

  /** What the protocols are called on the wire. */
  public static final int SCTP = 132;

  // include/linux/socket.h, include/uapi/asm-generic/socket.h, include/uapi/linux/in6.h
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;

  private static final int MTU = 1500;

  private final int fd;
  private final boolean ipv4;

  private RawSocket(int fd, boolean ipv4) {
    this.fd = fd;
    this.ipv4 = ipv4;
  }

  /** The C library as jnr-ffi binds it; public, since the generated class is in another package. */
  public interface Functions {
    int socket(int family, int type, int protocol);

    int connect(int fd, ByteBuffer address, int length);

    int bind(int fd, ByteBuffer address, int length);

    int setsockopt(int fd, int level, int option, ByteBuffer value, int length);

    long sendto(int fd, ByteBuffer data, long size, int flags, ByteBuffer address, int length);

    long recvfrom(
        int fd, ByteBuffer data, long size, int flags, ByteBuffer address, ByteBuffer length);

    int close(int fd);
  }

  private static final class Holder {
    static final Functions FUNCTIONS = LibraryLoader.create(Functions.class).load("c");
    static final Runtime RUNTIME = Runtime.getRuntime(FUNCTIONS);
  }

  /**
   * A packet without its IP header.
   *
   * @param source who sent it
   */
  public record Packet(InetAddress source, ByteBuffer payload) {}

  /**
   * Opens one at an address of a namespace.
   *
   * @throws IOException if the kernel refuses, or the address isn't the namespace's
   */
  public static RawSocket open(NetworkNamespace namespace, InetAddress local, int protocol)
      throws IOException {
    return namespace.<RawSocket, IOException>call(
        () -> {
          boolean ipv4 = local.getAddress().length == 4;
          int type = SOCK_RAW | SOCK_CLOEXEC;
          int fd = checked(Holder.FUNCTIONS.socket(ipv4 ? AF_INET : AF_INET6, type, protocol));
          RawSocket socket = new RawSocket(fd, ipv4);
          try {
            ByteBuffer address = address(local);
            checked(Holder.FUNCTIONS.bind(fd, address, address.capacity()));
            return socket;
          } catch (IOException e) {
            socket.close();
            throw e;
          }
        });
  }

  /** From now on it speaks to this peer only, and is told of the ICMP errors of what it sends. */
  public void connect(InetAddress peer) throws IOException {
    ByteBuffer address = address(peer);
    checked(Holder.FUNCTIONS.connect(fd, address, address.capacity()));
  }

  /** Sends a packet. */
  public void send(InetAddress to, ByteBuffer payload) throws IOException {
    ByteBuffer data = direct(payload.remaining()).put(payload.duplicate()).flip();
    ByteBuffer address = address(to);
    long sent = Holder.FUNCTIONS.sendto(fd, data, data.remaining(), 0, address, address.capacity());
    checked((int) sent);
  }

  /**
   * Waits for a packet.
   *
   * @return empty: none came in time
   * @throws ConnectException if an ICMP error said that nobody is there
   */
  public Optional<Packet> receive(Duration limit) throws IOException {
    ByteBuffer time =
        direct(16).putLong(limit.toSeconds()).putLong(limit.toNanosPart() / 1000).flip();
    checked(Holder.FUNCTIONS.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, time, time.capacity()));
    ByteBuffer data = direct(MTU);
    ByteBuffer address = direct(28);
    ByteBuffer length = direct(4).putInt(address.capacity()).flip();
    long size;
    do {
      size = Holder.FUNCTIONS.recvfrom(fd, data, MTU, 0, address, length);
    } while (size < 0 && Holder.RUNTIME.getLastError() == Errno.EINTR.number());
    if (size < 0 && Holder.RUNTIME.getLastError() == Errno.EAGAIN.number()) {
      return Optional.empty();
    }
    checked((int) size);
    byte[] bytes = new byte[(int) size];
    data.get(bytes);
    // IPv4 gives the header along, IPv6 does not
    int header = ipv4 ? (bytes[0] & 0xf) * 4 : 0;
    byte[] payload = Arrays.copyOfRange(bytes, header, bytes.length);
    return Optional.of(new Packet(source(address), ByteBuffer.wrap(payload)));
  }

  /** A struct sockaddr_in or sockaddr_in6, without a port. */
  private static ByteBuffer address(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 4
        ? direct(16).putShort((short) AF_INET).putShort((short) 0).put(bytes).rewind()
        : direct(28).putShort((short) AF_INET6).position(8).put(bytes).rewind();
  }

  private InetAddress source(ByteBuffer address) throws UnknownHostException {
    byte[] bytes = new byte[ipv4 ? 4 : 16];
    address.get(ipv4 ? 4 : 8, bytes);
    return InetAddress.getByAddress(bytes);
  }

  private static ByteBuffer direct(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }

  private static int checked(int result) throws IOException {
    if (result >= 0) {
      return result;
    }
    int errno = Holder.RUNTIME.getLastError();
    if (errno == Errno.ECONNREFUSED.number()) {
      throw new ConnectException("refused");
    }
    throw new IOException(Errno.name(errno));
  }

  @Override
  public void close() {
    int _ = Holder.FUNCTIONS.close(fd);
  }
}
