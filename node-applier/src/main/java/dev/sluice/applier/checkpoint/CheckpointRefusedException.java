package dev.sluice.applier.checkpoint;

/** A checkpoint that can't be used; its message says why. */
public final class CheckpointRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Refusal refusal;

  CheckpointRefusedException(Refusal refusal, String why) {
    super(why);
    this.refusal = refusal;
  }

  CheckpointRefusedException(Refusal refusal, String why, Throwable cause) {
    super(why, cause);
    this.refusal = refusal;
  }

  /** What kind of reason that is. */
  public Refusal refusal() {
    return refusal;
  }
}
