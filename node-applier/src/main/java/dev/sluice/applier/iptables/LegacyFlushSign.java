package dev.sluice.applier.iptables;

import dev.sluice.applier.netlink.LegacyTables;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;

/** All rules of a table, whosever they are: chain by chain it could only be told by copying all. */
final class LegacyFlushSign implements FlushSign {
  @Override
  public long of(IpFamily family, Table table) throws IOException {
    return LegacyTables.entries(family, table.toString());
  }

  @Override
  public void close() {}
}
