package dev.sluice.applier.ipvs;

import dev.sluice.applier.ipset.Element;
import dev.sluice.applier.program.Program;
import java.util.HashSet;
import java.util.Set;

/** What is in the kernel for connections that are open, though it is no longer wanted. Pure. */
final class Closing {
  private Closing() {}

  /**
   * The objects that are there for nothing else, as a restart tells them: by the set in which a
   * virtual server is noted that goes with its last connection.
   */
  static Set<IpvsKey> of(Program<IpvsKey, IpvsObject> found) {
    Set<IpvsKey> closing = new HashSet<>();
    for (IpvsKey key : found.objects().keySet()) {
      if (key instanceof IpvsKey.OfElement(IpvsSet set, Element.OfSocket socket)
          && set == IpvsSet.CLOSING) {
        closing.add(key);
        closing.add(
            new IpvsKey.OfServer(
                new ServerKey.ToAddress(socket.protocol(), socket.address(), socket.port())));
        closing.addAll(Idle.addressed(socket.address()));
      }
    }
    return closing;
  }
}
