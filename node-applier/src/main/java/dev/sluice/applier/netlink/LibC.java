package dev.sluice.applier.netlink;

import java.nio.ByteBuffer;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;

/** The system calls of a netlink socket. Any thread. */
final class LibC {
  private LibC() {}

  /** The C library as jnr-ffi binds it; public, since the generated class is in another package. */
  public interface Functions {
    int socket(int domain, int type, int protocol);

    int bind(int fd, ByteBuffer address, int length);

    int setsockopt(int fd, int level, int name, ByteBuffer value, int length);

    int getsockopt(int fd, int level, int name, ByteBuffer value, ByteBuffer length);

    @ssize_t
    long send(int fd, ByteBuffer bytes, @size_t long length, int flags);

    @ssize_t
    long recv(int fd, ByteBuffer bytes, @size_t long length, int flags);

    int close(int fd);
  }

  private static final class Holder {
    static final Functions FUNCTIONS = LibraryLoader.create(Functions.class).load("c");
    static final Runtime RUNTIME = Runtime.getRuntime(FUNCTIONS);
  }

  static Functions functions() {
    return Holder.FUNCTIONS;
  }

  /** A call that says by a negative result that it failed. */
  interface Call {
    long make(Functions functions);
  }

  /**
   * Makes a call, again where a signal interrupted it.
   *
   * @param name for the error
   * @return what the call returned, 0 or more
   * @throws NetlinkException with the call's errno
   */
  static long checked(String name, Call call) throws NetlinkException {
    while (true) {
      long result = call.make(Holder.FUNCTIONS);
      if (result >= 0) {
        return result;
      }
      int errno = Holder.RUNTIME.getLastError();
      if (errno != Errno.EINTR.number()) {
        throw new NetlinkException(name, errno, "");
      }
    }
  }
}
