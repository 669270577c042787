package dev.sluice.local.bench.footprint;

import static dev.sluice.local.bench.report.TextTable.format;

import dev.sluice.local.bench.Durations;
import dev.sluice.local.bench.report.TextTable;
import dev.sluice.local.bench.report.TextTable.Column;
import java.util.List;

/**
 * What the starts with one state of the AOT cache took.
 *
 * @param ready from the start of the process until /healthz said so
 * @param processor what the process had used of the processors by then
 */
record StartsResult(CacheState cache, Durations ready, Durations processor) {
  static final TextTable TABLE =
      new TextTable(
          List.of(
              new Column("AOT cache", -10),
              new Column("starts", 6),
              new Column("ready, ms", 10),
              new Column("least", 6),
              new Column("most", 6),
              new Column("processor, ms", 14)));

  static final List<String> LEGEND =
      List.of(
          "ready:     from the start of deploy/bin/sluice until /healthz is 200, with a log of one"
              + " Service; the median",
          "processor: what the process had used of the processors by then; the median",
          "AOT cache: fitting: as built; missing: there is none; stale: a jar was copied anew since;"
              + " damaged: half of its file is gone");

  List<String> cells() {
    return List.of(
        cache.toString(),
        Integer.toString(ready.number()),
        format("%.0f", ready.percentile(50)),
        format("%.0f", ready.percentile(0)),
        format("%.0f", ready.percentile(100)),
        format("%.0f", processor.percentile(50)));
  }
}
