package dev.sluice.applier.netlink;

import java.io.IOException;
import java.nio.file.Path;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/** The system calls with which a thread enters a network namespace. Any thread. */
public final class NamespaceKernel {
  // include/uapi/asm-generic/fcntl.h
  private static final int O_RDONLY = 0;
  private static final int O_CLOEXEC = 0x80000;
  // include/uapi/linux/sched.h
  private static final int CLONE_NEWNET = 0x40000000;

  private NamespaceKernel() {}

  /** The C library as jnr-ffi binds it; public, since the generated class is in another package. */
  public interface Functions {
    int open(String path, int flags);

    int setns(int fd, int type);

    int close(int fd);
  }

  private static final class Holder {
    static final Functions FUNCTIONS = LibraryLoader.create(Functions.class).load("c");
    static final Runtime RUNTIME = Runtime.getRuntime(FUNCTIONS);
  }

  /**
   * Moves the calling thread, for the rest of its life, into the network namespace that the file
   * stands for.
   *
   * @throws IOException naming the call, the file and the errno; ENOENT if there is no such
   *     namespace, EPERM without CAP_SYS_ADMIN
   */
  public static void enter(Path file) throws IOException {
    int fd = retried(() -> Holder.FUNCTIONS.open(file.toString(), O_RDONLY | O_CLOEXEC));
    if (fd < 0) {
      throw failure("open", file);
    }
    int entered = retried(() -> Holder.FUNCTIONS.setns(fd, CLONE_NEWNET));
    IOException failed = entered < 0 ? failure("setns", file) : null;
    // Not retried: Linux has closed the descriptor even when close says EINTR.
    int _ = Holder.FUNCTIONS.close(fd);
    if (failed != null) {
      throw failed;
    }
  }

  private static int retried(Call call) {
    int result;
    do {
      result = call.make();
    } while (result < 0 && Holder.RUNTIME.getLastError() == Errno.EINTR.number());
    return result;
  }

  private static IOException failure(String call, Path file) {
    return new IOException(call + " " + file + ": " + Errno.name(Holder.RUNTIME.getLastError()));
  }

  private interface Call {
    int make();
  }
}
