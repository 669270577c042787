package dev.sluice.local.bench.log.fanout;

import java.util.Arrays;

/** What has come to one poller, and when. Not thread-safe. */
final class Arrivals {
  private long[] positions = new long[64];
  private long[] nanoTimes = new long[64];
  private int number;
  private long records;

  /**
   * An answer with records has come.
   *
   * @param position the offset after all that has come so far
   * @param nanoTime when, as {@link System#nanoTime} gives it
   */
  void add(long position, int newRecords, long nanoTime) {
    if (number == positions.length) {
      positions = Arrays.copyOf(positions, 2 * number);
      nanoTimes = Arrays.copyOf(nanoTimes, 2 * number);
    }
    positions[number] = position;
    nanoTimes[number] = nanoTime;
    number++;
    records += newRecords;
  }

  /** How many records have come. */
  long records() {
    return records;
  }

  /**
   * When each of these records had come.
   *
   * @param offsets in their order
   * @throws IllegalArgumentException if one has not come
   */
  long[] timesOf(long[] offsets) {
    long[] times = new long[offsets.length];
    int arrival = 0;
    for (int i = 0; i < offsets.length; i++) {
      while (arrival < number && positions[arrival] <= offsets[i]) {
        arrival++;
      }
      if (arrival == number) {
        throw new IllegalArgumentException("the record at " + offsets[i] + " has not come");
      }
      times[i] = nanoTimes[arrival];
    }
    return times;
  }
}
