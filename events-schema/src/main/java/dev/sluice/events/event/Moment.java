package dev.sluice.events.event;

import java.time.Instant;

/** A place on the log that is asked for. */
public sealed interface Moment {
  /** The end of the log, whenever that is looked at. */
  Moment NOW = new Now();

  /** Whether a change had happened by then. The log's end is after every change. */
  boolean includes(Revision revision);

  /** The end of the log. */
  record Now() implements Moment {
    @Override
    public boolean includes(Revision revision) {
      return true;
    }

    @Override
    public String toString() {
      return "now";
    }
  }

  /**
   * Right after a change.
   *
   * @param number of its revision, 1 or more
   */
  record AtRevision(long number) implements Moment {
    public AtRevision {
      if (number < 1) {
        throw new IllegalArgumentException("revision " + number + ": the first one is 1");
      }
    }

    @Override
    public boolean includes(Revision revision) {
      return revision.number() <= number;
    }

    @Override
    public String toString() {
      return "revision " + number;
    }
  }

  /** Right after the last change whose event time is not later. */
  record AtTime(Instant time) implements Moment {
    @Override
    public boolean includes(Revision revision) {
      return !revision.time().isAfter(time);
    }

    @Override
    public String toString() {
      return time.toString();
    }
  }
}
