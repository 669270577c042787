package dev.sluice.local.bench.log.fanout;

import dev.sluice.local.bench.Durations;

/**
 * What one number of pollers came to with one rate.
 *
 * @param rate changes a second, as asked for
 * @param changes how many were written
 * @param transactions in how many of them
 * @param records that each poller received, those to warm up included
 * @param each from when a change was due to be written until one poller had it, for all of both
 * @param last the same until all had it, for all changes
 * @param load what that took
 */
public record FanOutResult(
    int pollers,
    int rate,
    int changes,
    int transactions,
    long records,
    Durations each,
    Durations last,
    Load load) {
  /**
   * From the first change until all had the last one.
   *
   * @param brokerCores of processors, what the broker used
   * @param pollersCores of a processor, what the pollers' thread used
   * @param megabytes what the broker sent to all pollers, in 10^6 bytes a second
   * @param answers fetches a second that it answered
   */
  record Load(double brokerCores, double pollersCores, double megabytes, double answers) {}
}
