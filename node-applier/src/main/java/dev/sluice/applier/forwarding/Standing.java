package dev.sluice.applier.forwarding;

/** Why an endpoint of a Service port is in one of its endpoint sets, or is not. */
public enum Standing {
  READY(true, "ready"),
  LAST_RESORT(true, "terminating, but serving, and none is ready"),
  NOT_READY(false, "not ready"),
  NOT_SERVING(false, "terminating, and no longer serving"),
  TERMINATING(false, "terminating, and others are ready"),
  FOR_ANOTHER_NODE(false, "ready, but hinted for another node"),
  FOR_ANOTHER_ZONE(false, "ready, but hinted for another zone"),
  ON_ANOTHER_NODE(false, "on another node");

  private final boolean used;
  private final String text;

  Standing(boolean used, String text) {
    this.used = used;
    this.text = text;
  }

  /** Whether it is in the set. */
  public boolean used() {
    return used;
  }

  /** The reason in words. */
  @Override
  public String toString() {
    return text;
  }
}
