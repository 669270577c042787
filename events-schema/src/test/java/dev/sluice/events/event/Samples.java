package dev.sluice.events.event;

import dev.sluice.events.Fixtures;
import dev.sluice.events.kubernetes.ObservedObject;
import dev.sluice.events.model.ClusterObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** One record of every type, made from the fixtures. */
final class Samples {
  static final Instant TIME = Instant.parse("2026-03-01T12:00:00.250Z");

  private Samples() {}

  static Map<String, Change> changes() {
    ClusterObject service = Fixtures.observed("service.yaml").object();
    ClusterObject slice = Fixtures.observed("endpointslice.yaml").object();
    ClusterObject node = Fixtures.observed("node.yaml").object();
    Map<String, Change> changes = new LinkedHashMap<>();
    changes.put("service-upserted", upserted(7, "service.yaml", before("service-before.yaml")));
    changes.put("service-deleted", deleted(8, service));
    changes.put("endpointslice-upserted", added(9, "endpointslice.yaml"));
    changes.put("endpointslice-deleted", deleted(10, slice));
    changes.put("node-upserted", upserted(11, "node.yaml", before("node-before.yaml")));
    changes.put("node-deleted", deleted(12, node));
    changes.put("service-other-proxy", added(13, "service-other-proxy.yaml"));
    changes.put("endpointslice-other-proxy", added(14, "endpointslice-other-proxy.yaml"));
    return changes;
  }

  static Change change(String name) {
    return Objects.requireNonNull(changes().get(name));
  }

  /** A mode was decided by the Service that came with revision 7. */
  static Head decided() {
    Optional<ModeReason> reason = Optional.of(new ModeReason(1000, 1000, 7));
    return new Head("c0ffee", 3, 7, true, Optional.of("ipvs"), reason);
  }

  /** No mode is decided yet. */
  static Head undecided() {
    return new Head("c0ffee", 3, 14, true, Optional.empty());
  }

  static Map<String, Head> heads() {
    Map<String, Head> heads = new LinkedHashMap<>();
    heads.put("head-first", new Head("c0ffee", 1, 0, false, Optional.empty()));
    heads.put("head-complete", new Head("c0ffee", 3, 12, true, Optional.of("nftables")));
    heads.put("head-decided", decided());
    heads.put(
        "head-since",
        new Head(
            "c0ffee",
            4,
            12,
            true,
            Optional.of("ipvs"),
            decided().proxyModeReason(),
            Optional.of(7L)));
    return heads;
  }

  private static Change upserted(long number, String file, Optional<ClusterObject> before) {
    ObservedObject after = Fixtures.observed(file);
    Revision revision =
        new Revision(
            number,
            3,
            "c0ffee",
            TIME,
            Cause.OBSERVED,
            after.resourceVersion(),
            after.triggerTime());
    return new Change.Upserted(revision, before, after.object());
  }

  private static Change added(long number, String file) {
    return upserted(number, file, Optional.empty());
  }

  private static Change deleted(long number, ClusterObject object) {
    return new Change.Deleted(
        new Revision(number, 3, "c0ffee", TIME, Cause.RESYNC, "", Optional.empty()), object);
  }

  private static Optional<ClusterObject> before(String file) {
    return Optional.of(Fixtures.observed(file).object());
  }
}
