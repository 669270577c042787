package dev.sluice.applier.cli;

import dev.sluice.applier.program.Backend;
import dev.sluice.events.model.IpFamily;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How this program uses a mode on this node. */
interface ModeSupport {
  /**
   * What shapes every mode's back ends.
   *
   * @param families those that this kernel has
   * @param conntrackTcpLiberal whether connection tracking lets packets pass that are out of window
   * @param drainTimeout how long open connections may keep what a mode that leaves has in the
   *     kernel
   */
  record Setting(List<IpFamily> families, boolean conntrackTcpLiberal, Duration drainTimeout) {}

  /** What this node lacks for it, in words; empty where it can be used. Changes nothing. */
  Optional<String> missing();

  /**
   * Makes the back ends, one for each family.
   *
   * @throws IOException if what they need can't be opened
   */
  List<Backend> start(Setting setting) throws IOException;
}
