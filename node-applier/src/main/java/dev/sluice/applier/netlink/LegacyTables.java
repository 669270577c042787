package dev.sluice.applier.netlink;

import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The tables of the older of iptables' two kernel interfaces, as far as they can be told without
 * copying them. Of the calling thread's network namespace; any thread.
 */
public final class LegacyTables {
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SOL_IP = 0;
  private static final int SOL_IPV6 = 41;
  // include/uapi/linux/netfilter_ipv4/ip_tables.h and its like for IPv6: IPT_SO_GET_INFO
  private static final int GET_INFO = 64;
  // struct ipt_getinfo: name, valid_hooks, hook_entry[5], underflow[5], num_entries, size
  private static final int NAME_BYTES = 32;
  private static final int ENTRIES_AT = NAME_BYTES + 11 * Integer.BYTES;
  private static final int INFO_BYTES = ENTRIES_AT + 2 * Integer.BYTES;

  private LegacyTables() {}

  /**
   * How many entries a table has: rules, and some of each chain. A table that is not there is made.
   *
   * @throws IOException if there can be none, or for want of CAP_NET_ADMIN
   */
  public static long entries(IpFamily family, String table) throws IOException {
    int domain = AddressFamily.number(family);
    int fd = (int) LibC.checked("socket", c -> c.socket(domain, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    try {
      ByteBuffer info = direct(INFO_BYTES);
      info.put(table.getBytes(StandardCharsets.US_ASCII)).rewind();
      ByteBuffer length = direct(Integer.BYTES).putInt(0, INFO_BYTES);
      int level = family == IpFamily.IPV4 ? SOL_IP : SOL_IPV6;
      long _ =
          LibC.checked(
              "entries of table " + table, c -> c.getsockopt(fd, level, GET_INFO, info, length));
      return Integer.toUnsignedLong(info.getInt(ENTRIES_AT));
    } finally {
      int _ = LibC.functions().close(fd);
    }
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
