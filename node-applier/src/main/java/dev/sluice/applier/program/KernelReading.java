package dev.sluice.applier.program;

import java.io.IOException;

/**
 * A look at what the kernel holds, taken while changes go on being written. {@link Backend#look}
 * begins it and {@link Backend#repair(KernelReading)} makes use of it, both on the back end's
 * thread; in between, one other thread reads.
 */
public interface KernelReading {
  /**
   * Reads the next part, which is bounded: one listing of a family's rules, one set, or some
   * hundred virtual servers.
   *
   * @return whether there is more to read
   * @throws IOException if the kernel can't be read; the look is over then
   */
  boolean step() throws IOException;
}
