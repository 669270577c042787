package dev.sluice.local.bench.log.fanout;

import dev.sluice.local.bench.BenchCluster;
import dev.sluice.local.bench.BenchException;
import dev.sluice.local.bench.BenchLog;
import dev.sluice.local.bench.BenchLog.Replacement;
import dev.sluice.local.bench.Durations;
import dev.sluice.local.bench.Pace;
import dev.sluice.local.bench.StateTopic;
import dev.sluice.local.bench.StateTopic.Entry;
import dev.sluice.local.bench.log.fanout.FanOutResult.Load;
import dev.sluice.local.bench.log.fanout.Pollers.Total;
import dev.sluice.local.broker.EmbeddedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Writes changes to a log while pollers read it, again and again. */
final class FanOutCase {
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
  private static final Duration ARRIVAL_LIMIT = Duration.ofMinutes(2);
  private static final int[] PORTS = {8001, 8002};

  private final EmbeddedBroker broker;
  private final BenchLog log;
  private final StateTopic topic;
  private final BenchCluster cluster;
  private int port;

  /**
   * Publishes the cluster.
   *
   * @param cluster one of its slices is what changes
   */
  FanOutCase(EmbeddedBroker broker, BenchLog log, StateTopic topic, BenchCluster cluster) {
    this.broker = broker;
    this.log = log;
    this.topic = topic;
    this.cluster = cluster;
    log.publish(cluster.objects(PORTS[port]));
  }

  /** What was written: from when on, by the first change of which revision, in what. */
  private record Written(long startNanoTime, long firstRevision, int transactions) {}

  /**
   * Measures once.
   *
   * @param number of pollers
   * @throws BenchException if one of them does not receive every record
   */
  FanOutResult measure(int number, Pace pace) throws IOException, InterruptedException {
    FetchCalls calls = new FetchCalls(topic.partition());
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), broker.port());
    long from = topic.end();
    try (Pollers pollers = Pollers.start(number, address, calls, from)) {
      pollers.awaitAnswered(ANSWER_LIMIT);
      Written _ = write(new Pace(pace.perSecond(), pace.perSecond())); // to warm up
      List<Entry> _ = awaitAll(pollers, from);

      Total before = pollers.total();
      Duration cpuBefore = brokerCpu();
      Written written = write(pace);
      List<Entry> entries = awaitAll(pollers, from);
      double seconds = (System.nanoTime() - written.startNanoTime()) / 1e9;
      Duration cpu = brokerCpu().minus(cpuBefore);
      Load load = load(pollers.total().minus(before), cpu, seconds);
      return result(pace, written, load, entries, pollers.end());
    }
  }

  /** Waits until all pollers have what has been written; gives all records since an offset. */
  private List<Entry> awaitAll(Pollers pollers, long from) throws InterruptedException {
    List<Entry> entries = topic.read(from, log.revision());
    pollers.awaitPosition(entries.getLast().offset() + 1, ARRIVAL_LIMIT);
    return entries;
  }

  /** Writes changes as they become due, in one transaction all that are. */
  private Written write(Pace pace) throws InterruptedException {
    long firstRevision = log.revision() + 1;
    int transactions = 0;
    long start = System.nanoTime();
    int next = 0;
    while (next < pace.number()) {
      pace.await(start, next);
      int due = pace.due(next, System.nanoTime() - start);
      long _ = log.replace(Stream.generate(this::replacement).limit(due).toList());
      transactions++;
      next += due;
    }
    return new Written(start, firstRevision, transactions);
  }

  private Replacement replacement() {
    int before = port;
    port = 1 - port;
    return new Replacement(
        cluster.measuredSlice(PORTS[before]), cluster.measuredSlice(PORTS[port]));
  }

  private Duration brokerCpu() {
    return ProcessHandle.of(broker.pid())
        .flatMap(process -> process.info().totalCpuDuration())
        .orElseThrow(() -> new BenchException("the broker has ended"));
  }

  private static Load load(Total total, Duration brokerCpu, double seconds) {
    return new Load(
        brokerCpu.toNanos() / 1e9 / seconds,
        total.cpu().toNanos() / 1e9 / seconds,
        total.bytes() / 1e6 / seconds,
        total.answers() / seconds);
  }

  /**
   * @param entries all that the pollers should have received
   */
  private static FanOutResult result(
      Pace pace, Written written, Load load, List<Entry> entries, List<Arrivals> arrivals) {
    long[] offsets =
        entries.stream()
            .filter(entry -> !entry.isHead() && entry.revision() >= written.firstRevision())
            .mapToLong(Entry::offset)
            .toArray();
    if (offsets.length != pace.number()) {
      throw new BenchException(
          "%d changes are on the log, not %d".formatted(offsets.length, pace.number()));
    }
    long[] each = new long[arrivals.size() * offsets.length];
    long[] last = new long[offsets.length];
    for (int poller = 0; poller < arrivals.size(); poller++) {
      check(arrivals.get(poller), entries.size(), poller);
      long[] times = arrivals.get(poller).timesOf(offsets);
      for (int change = 0; change < times.length; change++) {
        long took = times[change] - written.startNanoTime() - pace.due(change);
        each[poller * offsets.length + change] = took;
        last[change] = Math.max(last[change], took);
      }
    }
    return new FanOutResult(
        arrivals.size(),
        pace.perSecond(),
        offsets.length,
        written.transactions(),
        entries.size(),
        new Durations(each),
        new Durations(last),
        load);
  }

  private static void check(Arrivals arrivals, int records, int poller) {
    if (arrivals.records() != records) {
      throw new BenchException(
          "poller %d has received %d records of %d".formatted(poller, arrivals.records(), records));
    }
  }
}
