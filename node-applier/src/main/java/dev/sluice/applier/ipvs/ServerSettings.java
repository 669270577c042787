package dev.sluice.applier.ipvs;

/**
 * How a virtual server balances.
 *
 * @param scheduler the kernel's name for it, such as {@code rr}
 * @param persistenceSeconds how long a client that is a single address stays with its destination;
 *     0: not
 */
public record ServerSettings(String scheduler, int persistenceSeconds) {
  public ServerSettings {
    if (scheduler.isEmpty() || persistenceSeconds < 0) {
      throw new IllegalArgumentException("scheduler \"" + scheduler + "\" " + persistenceSeconds);
    }
  }
}
