package dev.sluice.applier.cli;

import dev.sluice.events.event.AutoMode;
import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.Revision;
import dev.sluice.events.event.StateEntry.HeadState;
import dev.sluice.events.event.StateEntry.ObjectState;
import dev.sluice.events.image.ClusterDelta;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.kubernetes.ObservedObject;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/**
 * The image that a log would have if just these objects had been published on it, by a watcher with
 * its default limits for the mode auto. Pure.
 */
final class ManifestImage {
  private static final String CLUSTER_ID = "manifests";

  private ManifestImage() {}

  static ClusterImage of(Collection<ObservedObject> objects) {
    ClusterDelta delta = new ClusterDelta(ClusterImage.EMPTY);
    long number = 0;
    for (ObservedObject object : objects) {
      Revision revision =
          new Revision(
              ++number,
              1,
              CLUSTER_ID,
              Instant.EPOCH,
              Cause.OBSERVED,
              object.resourceVersion(),
              object.triggerTime());
      delta.replay(new ObjectState(object.object().key(), revision, Optional.of(object.object())));
    }
    Head head = new Head(CLUSTER_ID, 1, number, true, Optional.empty());
    delta.replay(new HeadState(AutoMode.DEFAULT.decide(head, delta.apply().servedServices())));
    delta.finishSnapshot();
    return delta.apply();
  }
}
