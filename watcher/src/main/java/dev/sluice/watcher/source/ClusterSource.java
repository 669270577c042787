package dev.sluice.watcher.source;

import io.vertx.core.Future;
import java.util.function.Consumer;

/**
 * Where the objects of a cluster come from. Used from one Vert.x context; its listener is called
 * there too, and never after {@link #close} was called.
 */
public interface ClusterSource {
  /**
   * Which cluster this is: the same as long as it is the same cluster, and another for any other.
   *
   * @return fails where the cluster can't be asked
   */
  Future<String> clusterId();

  /**
   * Lists all objects anew and follows them. The first {@link SourceEvent.Snapshot} comes when
   * everything has been listed; {@link SourceEvent.ObjectSeen} and {@link SourceEvent.ObjectGone}
   * come only after it. What can't be listed is a {@link SourceEvent.Problem} and is tried again.
   *
   * @throws IllegalStateException if it was started before
   */
  void start(Consumer<SourceEvent> listener);

  /** Asks for another snapshot; none comes where none has come yet. */
  void requestSnapshot();

  /** Ends it. Never fails. */
  Future<Void> close();
}
