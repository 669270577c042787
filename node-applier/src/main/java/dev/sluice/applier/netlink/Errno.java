package dev.sluice.applier.netlink;

/**
 * The errors that sockets and netlink families give (include/uapi/asm-generic/errno-base.h and
 * errno.h; the same on x86 and ARM).
 */
public enum Errno {
  EPERM(1),
  ENOENT(2),
  ESRCH(3),
  EINTR(4),
  EIO(5),
  ENXIO(6),
  E2BIG(7),
  EBADF(9),
  EAGAIN(11),
  ENOMEM(12),
  EACCES(13),
  EFAULT(14),
  EBUSY(16),
  EEXIST(17),
  EXDEV(18),
  ENODEV(19),
  EINVAL(22),
  ENFILE(23),
  EMFILE(24),
  ENOSPC(28),
  ERANGE(34),
  ELOOP(40),
  EPROTO(71),
  EOVERFLOW(75),
  EMSGSIZE(90),
  EPROTONOSUPPORT(93),
  EOPNOTSUPP(95),
  EAFNOSUPPORT(97),
  EADDRINUSE(98),
  EADDRNOTAVAIL(99),
  ENETDOWN(100),
  ENOBUFS(105),
  ETIMEDOUT(110),
  ECONNREFUSED(111),
  EHOSTUNREACH(113);

  private final int number;

  Errno(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** The name of an error; {@code errno N} for one that is not listed. */
  public static String name(int number) {
    for (Errno errno : values()) {
      if (errno.number == number) {
        return errno.name();
      }
    }
    return "errno " + number;
  }
}
