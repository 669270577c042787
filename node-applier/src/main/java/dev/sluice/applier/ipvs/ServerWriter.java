package dev.sluice.applier.ipvs;

import dev.sluice.applier.ipvs.Operation.DeleteDestination;
import dev.sluice.applier.ipvs.Operation.DeleteServer;
import dev.sluice.applier.ipvs.Operation.NewDestination;
import dev.sluice.applier.ipvs.Operation.NewServer;
import dev.sluice.applier.ipvs.Operation.SetDestination;
import dev.sluice.applier.ipvs.Operation.SetServer;
import dev.sluice.applier.netlink.Errno;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Has the kernel do operations, and makes up for what others did in between. For one thread. */
final class ServerWriter {
  private final IpvsKernel kernel;

  ServerWriter(IpvsKernel kernel) {
    this.kernel = kernel;
  }

  /**
   * Does all of them.
   *
   * @return the virtual servers that are not as they should be, with the kernel's reasons
   * @throws IOException if it is not known how they ended
   */
  SortedMap<ServerKey, String> write(List<Operation> operations) throws IOException {
    SortedMap<ServerKey, String> reasons = new TreeMap<>();
    if (operations.isEmpty()) {
      return reasons;
    }
    List<Operation> instead = new ArrayList<>();
    for (Refused refused : kernel.send(operations)) {
      if (!done(refused)) {
        Optional<Operation> other = instead(refused);
        other.ifPresentOrElse(instead::add, () -> note(reasons, refused));
      }
    }
    if (!instead.isEmpty()) {
      kernel.send(instead).forEach(refused -> note(reasons, refused));
    }
    return reasons;
  }

  /** What was to go has gone already. */
  private static boolean done(Refused refused) {
    boolean missing = refused.reason().is(Errno.ENOENT) || refused.reason().is(Errno.ESRCH);
    return missing
        && switch (refused.operation()) {
          case DeleteServer _, DeleteDestination _ -> true;
          case SetDestination set -> set.weight() == 0;
          case NewServer _, SetServer _, NewDestination _ -> false;
        };
  }

  /** What does the same, as the kernel turned out to have it, or not to have it. */
  private static Optional<Operation> instead(Refused refused) {
    return switch (refused.operation()) {
      case NewServer(var key, var settings) when refused.reason().is(Errno.EEXIST) ->
          Optional.of(new SetServer(key, settings));
      case SetServer(var key, var settings) when refused.reason().is(Errno.ESRCH) ->
          Optional.of(new NewServer(key, settings));
      case NewDestination(var key, var server, int weight) when refused.reason().is(Errno.EEXIST) ->
          Optional.of(new SetDestination(key, server, weight));
      case SetDestination(var key, var server, int weight) when refused.reason().is(Errno.ENOENT) ->
          Optional.of(new NewDestination(key, server, weight));
      default -> Optional.empty();
    };
  }

  private static void note(SortedMap<ServerKey, String> reasons, Refused refused) {
    reasons.putIfAbsent(
        refused.operation().server(), refused.operation() + ": " + refused.reason().getMessage());
  }
}
