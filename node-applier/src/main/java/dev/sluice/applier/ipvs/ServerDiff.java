package dev.sluice.applier.ipvs;

import dev.sluice.applier.ipvs.Operation.DeleteDestination;
import dev.sluice.applier.ipvs.Operation.DeleteServer;
import dev.sluice.applier.ipvs.Operation.NewDestination;
import dev.sluice.applier.ipvs.Operation.NewServer;
import dev.sluice.applier.ipvs.Operation.SetDestination;
import dev.sluice.applier.ipvs.Operation.SetServer;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Protocol;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The operations that lead from one state of a virtual server to another, and what they leave idle.
 * For one thread.
 *
 * <p>A destination of TCP that is no longer wanted gets weight 0, so that its connections go on and
 * it gets no new ones; those of other protocols go at once.
 */
final class ServerDiff {
  private final Marks marks;
  private final Idle idle;
  private final Instant until;
  private final List<Operation> operations = new ArrayList<>();

  /**
   * @param idle what is idle by now; is kept up to date
   * @param until when what becomes idle goes in any case
   */
  ServerDiff(Marks marks, Idle idle, Instant until) {
    this.marks = marks;
    this.idle = idle;
    this.until = until;
  }

  /** In the order in which they are to be done. */
  List<Operation> operations() {
    return operations;
  }

  /** Makes or changes a virtual server. */
  void put(ServerKey key, Optional<IpvsObject.Server> before, IpvsObject.Server after) {
    boolean there = before.isPresent() || idle.isClosing(key);
    idle.reopen(key);
    if (!there) {
      operations.add(new NewServer(key, after.settings()));
      for (RealServer destination : after.destinations()) {
        operations.add(new NewDestination(key, destination, 1));
      }
      return;
    }
    if (!before.map(IpvsObject.Server::settings).equals(Optional.of(after.settings()))) {
      operations.add(new SetServer(key, after.settings()));
    }
    Set<RealServer> gone =
        new HashSet<>(before.map(IpvsObject.Server::destinations).orElse(List.of()));
    Set<RealServer> known = Set.copyOf(gone);
    // first those that come: a virtual server without any would refuse
    for (RealServer destination : after.destinations()) {
      gone.remove(destination);
      if (idle.contains(key, destination)) {
        operations.add(new SetDestination(key, destination, 1));
        idle.remove(key, destination);
      } else if (!known.contains(destination)) {
        operations.add(new NewDestination(key, destination, 1));
      }
    }
    gone.stream().sorted().forEach(destination -> retire(key, destination));
  }

  /** Removes a virtual server with all its destinations. */
  void remove(ServerKey key) {
    operations.add(new DeleteServer(key));
    idle.remove(key);
  }

  /**
   * Lets a virtual server have no new connections, and go with its last ones.
   *
   * @param addresses by which it is reached
   */
  void close(ServerKey key, IpvsObject.Server before, Set<IpAddress> addresses) {
    before.destinations().forEach(destination -> retire(key, destination));
    idle.close(key, before.settings(), addresses);
  }

  private void retire(ServerKey key, RealServer destination) {
    if (lingers(key)) {
      operations.add(new SetDestination(key, destination, 0));
      idle.put(key, destination, until);
    } else {
      operations.add(new DeleteDestination(key, destination));
    }
  }

  /** Whether connections may go on: a flow of other protocols would never end. */
  boolean lingers(ServerKey key) {
    return protocol(key) == Protocol.TCP;
  }

  private Protocol protocol(ServerKey key) {
    return switch (key) {
      case ServerKey.ToAddress address -> address.protocol();
      case ServerKey.Marked marked -> marks.protocol(marked.mark());
    };
  }
}
