package dev.sluice.applier.program;

import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.util.List;
import java.util.Map;
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
   * Reads back what the kernel holds, and repairs what differs from what was planned.
   *
   * @return what was written to repair it
   * @throws IOException as {@link #apply}
   */
  Written repair() throws IOException;

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

  /** The fingerprint of what was planned, without what was refused. */
  ProgramDigest digest();

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
