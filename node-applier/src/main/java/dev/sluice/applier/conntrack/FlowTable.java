package dev.sluice.applier.conntrack;

import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/** The connections that a kernel tracks. Used by one thread at a time, which it blocks. */
public interface FlowTable {
  /**
   * Reads all entries of UDP of one family, once.
   *
   * @param wanted which of them are kept
   * @throws IOException if the kernel refuses or can't be understood
   */
  List<Flow> udp(IpFamily family, Predicate<Flow> wanted) throws IOException;

  /**
   * Removes entries, many at a time. Those that are gone already don't matter.
   *
   * @return how many were removed
   * @throws IOException if the kernel refuses; some may have been removed
   */
  int delete(List<Flow> flows) throws IOException;
}
