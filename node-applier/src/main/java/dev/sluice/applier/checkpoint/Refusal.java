package dev.sluice.applier.checkpoint;

import java.util.Locale;

/** Why a node reads the log from its beginning though there is a checkpoint. */
public enum Refusal {
  /** The file is not as it was written. */
  CORRUPT,
  /** Its format is of another version. */
  FORMAT,
  /** It is of another node. */
  NODE,
  /** It is of another cluster's log. */
  CLUSTER,
  /** Kafka's cluster is another one, or the topic was created anew. */
  LOG,
  /** The log may have forgotten deletions since. */
  OLD,
  /** It was written by another version of Sluice, which may have read less of the log. */
  VERSION,
  /** The log does not have what follows its offset. */
  OFFSET,
  /** The log has come less far than it. */
  REVISION;

  /** As metrics have it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
