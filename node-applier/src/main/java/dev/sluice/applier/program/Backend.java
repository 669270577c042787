package dev.sluice.applier.program;

import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One kernel interface as one address family uses it. It remembers what the kernel shall hold and
 * what it is known to hold. Used by one thread.
 */
public interface Backend {
  IpFamily family();

  /**
   * Changes what the kernel shall hold. Writes nothing.
   *
   * @param policy what the node's flags and its Node object come to
   * @param changed the virtual servers of each changed Service, of either family; none where the
   *     Service is gone. Where the policy differs from the one before, all Services
   */
  void plan(NodePolicy policy, Map<ServiceName, List<VirtualServer>> changed);

  /**
   * Brings the kernel to what was planned. Where it is not known what the kernel holds (at the
   * start, and after an error), that is read first, and only what differs is written.
   *
   * @return what was written
   * @throws IOException if the kernel can't be read or refuses; what it holds is not known then
   */
  Written apply() throws IOException;

  /**
   * Begins to look at what the kernel holds, to be read on another thread. A look that was begun
   * before is void. Writes nothing.
   *
   * @return empty where it is not known what the kernel should hold: {@link #apply} reads it then
   */
  Optional<KernelReading> look();

  /**
   * Repairs what a look has found to differ from what was last applied, and nothing else. Objects
   * that were written since the look began are left to the next one. To be called when all that is
   * planned has been applied.
   *
   * @param reading the last look, read to its end; a void one comes to nothing
   * @throws IOException as {@link #apply}
   */
  Repaired repair(KernelReading reading) throws IOException;

  /**
   * Looks, reads and repairs, all at once.
   *
   * @return what was written to repair it
   * @throws IOException as {@link #apply}
   */
  default Written repair() throws IOException {
    Optional<KernelReading> reading = look();
    if (reading.isEmpty()) {
      return apply();
    }
    boolean more = true;
    while (more) {
      more = reading.get().step();
    }
    return repair(reading.get()).written();
  }

  /**
   * Whether there is a sign that somebody has taken away rules of ours since this was last asked.
   * Cheap enough to be asked every second; without a sign, all may still not be well.
   *
   * @throws IOException if the kernel can't be asked
   */
  default boolean flushed() throws IOException {
    return false;
  }

  /**
   * What of the plan the kernel refuses, though everything else has been written: each such Service
   * is forwarded as it was before. Known after {@link #apply}.
   */
  List<Refusal> refusals();

  /**
   * The UDP front ends that the kernel had when it was read, and that were not planned: those of
   * Services that went while nobody was there to see it. Addressed ones are told as ClusterIPs,
   * whatever they were. Each is told once.
   */
  Set<FrontEnd> takeGoneUdp();

  /** Plans anew what was refused: the kernel may take it by now. Writes nothing. */
  void retry();

  /**
   * Something that the kernel refuses.
   *
   * @param object what it is, such as {@code Service/default/web}
   * @param reason the kernel's, in words
   */
  record Refusal(String object, String reason) {}

  /**
   * Says that the back ends of another mode have written, or tried to: what the kernel holds is not
   * known any more, and the next {@link #apply} reads it first. Modes share chains, so none may
   * take what it wrote last for what is there.
   */
  void forget();

  /**
   * When timed work is due next, such as the removal of a destination that drains; may have passed
   * already. Empty: there is none. Known after every other call.
   */
  default Optional<Instant> due() {
    return Optional.empty();
  }

  /**
   * Does the timed work that is due by now, if any is.
   *
   * @return what was written
   * @throws IOException as {@link #apply}; it is called again later
   */
  default Written tick() throws IOException {
    return Written.NOTHING;
  }

  /**
   * Gives way to another mode, which holds all Services by now: removes what no open connection
   * needs. Called again after every {@link #tick}, after a failure, and with every read-back, until
   * it is done. It may be the first call of all: then an applier before this one has left
   * something, or nothing. Where {@link #plan} is called after it, the mode is wanted again, and
   * takes back into use what has not gone yet.
   *
   * @return whether open connections still need something; that ends by itself, at a time limit at
   *     the latest, and {@link #due} says when to look again
   * @throws IOException if the kernel can't be read or refuses; it is called again later
   */
  default Leaving leave() throws IOException {
    return Leaving.DONE;
  }

  /** Lets go of what it holds of the process, such as sockets; the kernel keeps what it has. */
  default void close() {}

  /** How far a back end has given way to another mode. */
  enum Leaving {
    /** Nothing of it is left in the kernel but what the other mode uses, too. */
    DONE,
    /** Some of it stays for connections that are open. */
    DRAINING
  }

  /** The fingerprint of what was planned, without what was refused. */
  ProgramDigest digest();

  /** What of this node, besides flags and its Node object, shapes what is planned. */
  default Facts facts() {
    return Facts.NONE;
  }

  /**
   * What a node finds out about itself.
   *
   * @param randomFully whether its tools know {@code --random-fully}
   * @param addresses those of its interfaces; empty in a mode that they do not shape
   */
  record Facts(boolean randomFully, Set<IpAddress> addresses) {
    /** What is supposed of a node that is not at hand. */
    public static final Facts NONE = new Facts(true, Set.of());

    public Facts {
      addresses = Set.copyOf(addresses);
    }
  }

  /**
   * What a repair came to.
   *
   * @param written to repair it
   * @param drift what had differed
   */
  record Repaired(Written written, Drift drift) {
    public static final Repaired NOTHING = new Repaired(Written.NOTHING, Drift.NONE);

    public Repaired plus(Repaired other) {
      return new Repaired(written.plus(other.written), drift.plus(other.drift));
    }
  }

  /**
   * What went to the kernel.
   *
   * @param commits transactions; 0 where nothing differed
   * @param objects kernel objects put or removed
   */
  record Written(int commits, int objects) {
    public static final Written NOTHING = new Written(0, 0);

    public Written plus(Written other) {
      return new Written(commits + other.commits, objects + other.objects);
    }
  }
}
