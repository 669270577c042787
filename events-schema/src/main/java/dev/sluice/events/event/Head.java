package dev.sluice.events.event;

import java.util.Optional;

/**
 * How far the state on the log has come. Every transaction writes it, under the key {@value #KEY}.
 *
 * @param clusterId the cluster whose objects are on the log
 * @param revision the highest revision given
 * @param complete whether all objects of the cluster have been published once; until then the log
 *     says nothing about what the cluster does not have
 * @param proxyMode what the mode {@code auto} means in this cluster, once that is decided; a text,
 *     as a later version may know more modes
 * @param proxyModeReason why that was decided, and since when
 * @param completeSince the revision with which the log first held all objects; empty while it does
 *     not, and where a version of the watcher that did not tell it completed it
 */
public record Head(
    String clusterId,
    long epoch,
    long revision,
    boolean complete,
    Optional<String> proxyMode,
    Optional<ModeReason> proxyModeReason,
    Optional<Long> completeSince) {
  /** The head's key on the state topic. */
  public static final String KEY = "Cluster/head";

  public Head {
    if (clusterId.isEmpty() || epoch < 1 || revision < 0) {
      throw new IllegalArgumentException(
          "no head: cluster \"" + clusterId + "\", epoch " + epoch + ", revision " + revision);
    }
  }

  /** A head that does not say since when the log is complete. */
  public Head(
      String clusterId,
      long epoch,
      long revision,
      boolean complete,
      Optional<String> proxyMode,
      Optional<ModeReason> proxyModeReason) {
    this(clusterId, epoch, revision, complete, proxyMode, proxyModeReason, Optional.empty());
  }

  /** A head that gives no reason for its mode. */
  public Head(
      String clusterId, long epoch, long revision, boolean complete, Optional<String> proxyMode) {
    this(clusterId, epoch, revision, complete, proxyMode, Optional.empty());
  }

  Head withMode(String mode, ModeReason reason) {
    return new Head(
        clusterId,
        epoch,
        revision,
        complete,
        Optional.of(mode),
        Optional.of(reason),
        completeSince);
  }
}
