package dev.sluice.applier.cli;

import java.io.IOException;
import java.io.PrintWriter;

/** How what a mode has in the kernel is removed. */
interface ModeCleanup {
  /**
   * Removes all that is ours, and nothing else; finding nothing is fine.
   *
   * @param out is told what was removed
   * @param err is told what is left, and why
   * @return whether nothing is left
   * @throws IOException if the kernel can't be read or refuses
   */
  boolean remove(PrintWriter out, PrintWriter err) throws IOException;
}
