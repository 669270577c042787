package dev.sluice.applier.ipvs;

/** A change of one virtual server or destination, with what the kernel refuses it for. */
public sealed interface Operation {
  /** The server that it is about, or whose destination. */
  ServerKey server();

  /** EEXIST: it is there; ENOENT: the kernel has no such scheduler. */
  record NewServer(ServerKey server, ServerSettings settings) implements Operation {}

  /**
   * Connections stay. ESRCH: there is none; ENOENT: the kernel has no such scheduler, and the old
   * one stays.
   */
  record SetServer(ServerKey server, ServerSettings settings) implements Operation {}

  /** With all its destinations. ESRCH: there is none. */
  record DeleteServer(ServerKey server) implements Operation {}

  /** EEXIST: it is there; ESRCH: there is no such server. */
  record NewDestination(ServerKey server, RealServer destination, int weight)
      implements Operation {}

  /** Connections stay, if only for weight 0. ENOENT: it is not there; ESRCH: no such server. */
  record SetDestination(ServerKey server, RealServer destination, int weight)
      implements Operation {}

  /** ENOENT: it is not there; ESRCH: there is no such server. */
  record DeleteDestination(ServerKey server, RealServer destination) implements Operation {}
}
