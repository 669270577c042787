package dev.sluice.events.event;

import java.util.Locale;

/** Why a change was published. */
public enum Cause {
  /** The source said that the object changed. */
  OBSERVED,
  /** The source, listed anew, differed from the log: nobody saw the change itself. */
  RESYNC;

  /** The text on the log. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Parses {@link #text}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Cause parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
