package dev.sluice.local.bench.ipvs;

import dev.sluice.local.bench.Durations;

/**
 * What one size came to.
 *
 * @param firstLoad what the first load took with its frame, in nanoseconds
 */
record IpvsResult(int services, long firstLoad, Loads loads, Changes changes) {
  /**
   * Of full loads.
   *
   * @param frame what stands whatever Services there are: sets, and rules by iptables' tools
   * @param all Services planned and applied
   * @param kernel of this, from sending to the kernel to its last answer
   * @param compile the compiler alone
   * @param ipvsadm the tool, from its start to its end
   * @param ipvsadmChange the tool, for one change
   */
  record Loads(
      Durations frame,
      Durations all,
      Durations kernel,
      Durations compile,
      Durations ipvsadm,
      Durations ipvsadmChange) {}

  /**
   * Of changes.
   *
   * @param record from the log's record to the kernel's acknowledgement
   * @param apply planned and applied
   * @param kernel of this, from sending to the kernel to its last answer
   * @param started processes and threads that anybody started meanwhile
   */
  record Changes(Durations record, Durations apply, Durations kernel, long started) {}

  /** How many times as long ipvsadm takes for a full load. */
  double timesFaster() {
    return loads.ipvsadm().percentile(50) / loads.all().percentile(50);
  }
}
