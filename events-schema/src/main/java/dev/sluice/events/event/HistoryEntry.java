package dev.sluice.events.event;

import java.util.Optional;

/**
 * What one record of the history topic says.
 *
 * @param proxyMode what the mode {@code auto} meant by the head that was written with the change;
 *     empty where none was decided
 * @param proxyModeReason why, where this change decided it
 */
public record HistoryEntry(
    Change change, Optional<String> proxyMode, Optional<ModeReason> proxyModeReason) {
  /** The number of the change's revision. */
  public long number() {
    return change.revision().number();
  }
}
