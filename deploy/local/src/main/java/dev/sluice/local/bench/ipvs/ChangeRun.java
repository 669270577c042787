package dev.sluice.local.bench.ipvs;

import dev.sluice.events.event.LogRecord;
import dev.sluice.local.bench.BenchException;
import dev.sluice.local.bench.Durations;
import dev.sluice.local.bench.change.ChangeCluster;
import dev.sluice.local.bench.change.ChangeKind;
import dev.sluice.local.bench.change.Forwarding;
import dev.sluice.local.bench.change.Forwarding.Forwarded;
import dev.sluice.local.bench.ipvs.IpvsNode.Taken;
import dev.sluice.local.bench.ipvs.IpvsResult.Changes;
import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Changes one endpoint of one Service after the other, from the log's record on. */
final class ChangeRun {
  private static final int WARM_UP = 200;
  private static final Pattern STARTED = Pattern.compile("(?m)^processes (\\d+)$");

  private final ChangeCluster cluster;
  private final int changes;
  private final Path work;
  private final Forwarding forwarding = new Forwarding();
  private final List<Long> record = new ArrayList<>();
  private final List<Long> apply = new ArrayList<>();
  private final List<Long> kernel = new ArrayList<>();

  ChangeRun(ChangeCluster cluster, int changes, Path work) {
    this.cluster = cluster;
    this.changes = changes;
    this.work = work;
  }

  /**
   * Loads the cluster and changes it.
   *
   * @throws BenchException if the kernel refuses something
   */
  Changes run() throws IOException {
    try (NetworkNamespace node = NetworkNamespace.create("change")) {
      Changes measured =
          node.<Changes, IOException>call(
              () -> {
                try (IpvsNode ipvs = new IpvsNode(work)) {
                  return measure(ipvs);
                }
              });
      IpvsNode.empty(node);
      return measured;
    }
  }

  private Changes measure(IpvsNode ipvs) throws IOException {
    List<List<LogRecord>> batches = cluster.batches();
    for (List<LogRecord> batch : batches) {
      Forwarded forwarded = forwarding.apply(batch);
      ipvs.plan(forwarded.policy(), forwarded.servers());
    }
    Forwarded all = forwarding.apply(List.of());
    Taken _ = ipvs.write(all.policy(), all.servers());
    for (int i = 0; i < WARM_UP; i++) {
      change(ipvs, i);
    }
    record.clear();
    apply.clear();
    kernel.clear();
    long before = started();
    for (int i = WARM_UP; i < WARM_UP + changes; i++) {
      change(ipvs, i);
    }
    long started = started() - before;
    return new Changes(Durations.of(record), Durations.of(apply), Durations.of(kernel), started);
  }

  /** One Service after the other; where all have changed, they change back. */
  private void change(IpvsNode ipvs, int number) throws IOException {
    int equal = cluster.services() - ChangeCluster.PLAIN;
    int service = ChangeCluster.PLAIN + number % equal;
    boolean replaced = number / equal % 2 == 0;
    List<LogRecord> records = ChangeKind.records(List.of(cluster.firstSlice(service, replaced)));
    long start = System.nanoTime();
    Forwarded forwarded = forwarding.apply(records);
    Taken taken = ipvs.write(forwarded.policy(), forwarded.servers());
    record.add(System.nanoTime() - start);
    apply.add(taken.all());
    kernel.add(taken.kernel());
  }

  /** Processes and threads that were started since this kernel's boot. */
  private static long started() throws IOException {
    return started(Files.readString(Path.of("/proc/stat")));
  }

  static long started(String stat) {
    Matcher processes = STARTED.matcher(stat);
    if (!processes.find()) {
      throw new BenchException("the kernel does not tell how many processes it has started");
    }
    return Long.parseLong(processes.group(1));
  }
}
