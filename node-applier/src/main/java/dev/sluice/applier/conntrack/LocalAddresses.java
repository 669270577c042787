package dev.sluice.applier.conntrack;

import dev.sluice.events.model.IpAddress;
import java.io.IOException;
import java.util.Set;

/** Tells which addresses this node has. Used by one thread at a time, which it blocks. */
public interface LocalAddresses {
  /**
   * The addresses of all interfaces, of both families, as they are now.
   *
   * @throws IOException if they can't be read
   */
  Set<IpAddress> read() throws IOException;
}
