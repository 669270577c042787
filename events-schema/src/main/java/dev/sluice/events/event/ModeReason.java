package dev.sluice.events.event;

/**
 * Why the mode {@code auto} means what it does, and since when.
 *
 * @param services the number of Services that a proxy serves, when it was decided
 * @param limit what that number was compared with: at least as many mean ipvs, fewer iptables
 * @param revision the revision at which it was decided
 */
public record ModeReason(long services, long limit, long revision) {
  public ModeReason {
    if (services < 0 || limit < 0 || revision < 0) {
      throw new IllegalArgumentException(
          "no reason: %d Services, limit %d, revision %d".formatted(services, limit, revision));
    }
  }

  /** In words, to follow the mode's name. */
  @Override
  public String toString() {
    return "at revision %d with %d Services, which are %s %d"
        .formatted(revision, services, services < limit ? "fewer than" : "not fewer than", limit);
  }
}
