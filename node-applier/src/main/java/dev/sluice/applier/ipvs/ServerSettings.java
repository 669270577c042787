package dev.sluice.applier.ipvs;

/**
 * How a virtual server balances.
 *
 * @param scheduler the kernel's name for it, such as {@code rr}
 * @param persistenceSeconds how long a client that is a single address stays with its destination;
 *     0: not
 * @param flags {@code IP_VS_SVC_F_...} that say more, as the scheduler's do
 * @param plain false where another program set what can't be said here: persistence for ranges of
 *     clients, or by a persistence engine. Setting the server anew ends the first, not the second
 */
public record ServerSettings(String scheduler, int persistenceSeconds, int flags, boolean plain) {
  // include/uapi/linux/ip_vs.h: IP_VS_SVC_F_SCHED_SH_PORT, which scheduler mh knows too
  private static final int HASH_PORTS = 0x10;

  public ServerSettings {
    if (scheduler.isEmpty() || persistenceSeconds < 0) {
      throw new IllegalArgumentException("scheduler \"" + scheduler + "\" " + persistenceSeconds);
    }
  }

  /** With the flags that kube-proxy sets: {@code mh} hashes a client's port with its address. */
  public ServerSettings(String scheduler, int persistenceSeconds) {
    this(scheduler, persistenceSeconds, scheduler.equals("mh") ? HASH_PORTS : 0, true);
  }
}
