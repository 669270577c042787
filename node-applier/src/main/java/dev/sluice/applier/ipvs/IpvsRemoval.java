package dev.sluice.applier.ipvs;

import dev.sluice.events.model.IpFamily;
import java.io.IOException;

/** Removes what IPVS mode has in the kernel, whatever is open. Blocks. */
public final class IpvsRemoval {
  private IpvsRemoval() {}

  /**
   * Removes all of one family; finding nothing is fine. The rules that ask the sets must have gone.
   *
   * @param exclusions whose virtual servers stay
   * @return how many objects were removed
   * @throws IOException if the kernel can't be read or refuses
   */
  public static int removeAll(NodeKernel kernel, IpFamily family, Exclusions exclusions)
      throws IOException {
    return new Departure(kernel, family, exclusions).step(true).removed();
  }
}
