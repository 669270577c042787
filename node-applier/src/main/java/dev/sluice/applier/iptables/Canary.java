package dev.sluice.applier.iptables;

import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees soon that somebody has taken away rules of ours. Used by one thread. */
final class Canary implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Canary.class);

  private final FlushSign sign;
  private final IpFamily family;
  private final Set<Table> tables;
  private final Map<Table, Long> before = new EnumMap<>(Table.class);
  private boolean fallen;
  private boolean complained;

  /**
   * @param tables those that are used
   */
  Canary(FlushSign sign, IpFamily family, Set<Table> tables) {
    this.sign = sign;
    this.family = family;
    this.tables = Set.copyOf(tables);
  }

  /** We are about to write: what has fallen by now is not our doing. */
  void beforeWrite() {
    try {
      look();
    } catch (IOException e) {
      complain(e);
    }
  }

  /** We have written: whatever fell by that, we wanted to. */
  void afterWrite() {
    before.clear();
    try {
      for (Table table : tables) {
        before.put(table, sign.of(family, table));
      }
    } catch (IOException e) {
      complain(e);
    }
  }

  /** Whether it is not known yet what there is. */
  boolean isBlank() {
    return before.isEmpty();
  }

  /** What is there is not known any more. */
  void forget() {
    before.clear();
    fallen = false;
  }

  /**
   * Whether anything has fallen since this was last asked.
   *
   * @throws IOException if the kernel can't be asked
   */
  boolean takeFallen() throws IOException {
    look();
    boolean taken = fallen;
    fallen = false;
    return taken;
  }

  private void look() throws IOException {
    for (Map.Entry<Table, Long> known : before.entrySet()) {
      long now = sign.of(family, known.getKey());
      fallen |= now < known.getValue();
      known.setValue(now);
    }
  }

  /** Once: the sync period's look finds what this one does not see. */
  private void complain(IOException e) {
    if (!complained) {
      LOG.warn("canary family={} error=\"{}\"", family, e.getMessage());
      complained = true;
    }
  }

  @Override
  public void close() {
    sign.close();
  }
}
