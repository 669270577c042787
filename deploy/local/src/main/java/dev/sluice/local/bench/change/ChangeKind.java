package dev.sluice.local.bench.change;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.events.event.EventCodec;
import dev.sluice.events.event.LogRecord;
import dev.sluice.events.event.Revision;
import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.EndpointSlice;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The kinds of change that are measured. Each is made and unmade in turn. */
public enum ChangeKind {
  /** One of a Service's 20 endpoints is replaced by another. */
  ENDPOINT("endpoint of 20 replaced", ChangeCluster.PLAIN),
  /** The same, for a Service with a node port. */
  NODE_PORT_ENDPOINT("endpoint of a node port's", ChangeCluster.NODE_PORT),
  /** One of 1,000 endpoints, in one of ten slices. */
  LARGE_SERVICE("endpoint of 1000 replaced", ChangeCluster.LARGE),
  /** A Service goes with its two slices, and comes again. */
  SERVICE("Service removed or added", ChangeCluster.PLAIN + 1);

  private final String title;
  private final int service;

  ChangeKind(String title, int service) {
    this.title = title;
    this.service = service;
  }

  /** What the table calls it. */
  String title() {
    return title;
  }

  /** The records of the log that make the change. */
  List<LogRecord> made(ChangeCluster cluster) {
    return this == SERVICE
        ? cluster.service(service).stream().map(ChangeKind::deleted).toList()
        : List.of(slice(cluster, true));
  }

  /** The records of the log that unmake it. */
  List<LogRecord> unmade(ChangeCluster cluster) {
    return this == SERVICE ? records(cluster.service(service)) : List.of(slice(cluster, false));
  }

  /** The records of these objects. */
  public static List<LogRecord> records(List<ClusterObject> objects) {
    return objects.stream().map(ChangeKind::upserted).toList();
  }

  private LogRecord slice(ChangeCluster cluster, boolean replaced) {
    EndpointSlice after = cluster.firstSlice(service, replaced);
    return upserted(after);
  }

  private static LogRecord upserted(ClusterObject object) {
    return new EventCodec().encodeState(new Change.Upserted(revision(), Optional.empty(), object));
  }

  private static LogRecord deleted(ClusterObject object) {
    return new EventCodec().encodeState(new Change.Deleted(revision(), object));
  }

  private static Revision revision() {
    Instant time = Instant.parse("2026-01-01T00:00:00Z");
    return new Revision(1, 1, "bench", time, Cause.OBSERVED, "1", Optional.of(time));
  }
}
