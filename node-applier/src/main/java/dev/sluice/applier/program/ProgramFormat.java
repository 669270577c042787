package dev.sluice.applier.program;

/** The form that programs have. */
public final class ProgramFormat {
  /**
   * Goes up by one with every version of Sluice that makes another program, and so another digest,
   * of the same input.
   */
  public static final int VERSION = 1;

  private ProgramFormat() {}
}
