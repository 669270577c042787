package dev.sluice.applier.runtime;

import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.ModeAbilities;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ProxyMode;
import java.io.IOException;
import java.util.List;

/** Where the back ends of each mode come from. */
public interface ModeBackends {
  /** The families that are programmed, in whatever mode. Any thread. */
  List<IpFamily> families();

  /** The modes that may be started. Any thread. */
  ModeAbilities abilities();

  /**
   * Makes the back ends of a mode, one for each family. Writes nothing to the kernel. Called on the
   * worker thread, and again where it failed, or where the mode has been left since.
   *
   * @throws IOException if what they need can't be opened
   */
  List<Backend> start(ProxyMode mode) throws IOException;
}
