package dev.sluice.local.bench.change;

import dev.sluice.events.event.LogRecord;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What JMH runs: one change in a cluster that has been taken in before. */
@State(Scope.Benchmark)
public class OneChange {
  /** The size of the cluster; see {@link ChangeCluster}. */
  @Param("100")
  public int services;

  @Param("ENDPOINT")
  public ChangeKind kind = ChangeKind.ENDPOINT;

  private final Pipeline pipeline = new Pipeline();
  private List<LogRecord> next = List.of();
  private List<LogRecord> last = List.of();

  /** Takes the cluster in. */
  @Setup
  public void load() {
    ChangeCluster cluster = new ChangeCluster(services);
    cluster.batches().forEach(pipeline::apply);
    next = kind.made(cluster);
    last = kind.unmade(cluster);
  }

  /** Takes the change in, or what unmakes it; gives the scripts. */
  @Benchmark
  public List<String> change() {
    List<LogRecord> records = next;
    next = last;
    last = records;
    return pipeline.apply(records);
  }
}
