package dev.sluice.local.bench.modes;

import dev.sluice.local.bench.traffic.ApacheBench;
import dev.sluice.local.bench.traffic.BenchLab;
import dev.sluice.local.bench.traffic.Connector;
import dev.sluice.local.bench.traffic.Rates;
import dev.sluice.local.bench.traffic.Workload;
import dev.sluice.local.run.WorkFolder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Measures one size: a node for each mode, all there at once, and connected to in turn. */
final class ModesRun {
  private final Workload workload;
  private final ModesEffort effort;

  ModesRun(Workload workload, ModesEffort effort) {
    this.workload = workload;
    this.effort = effort;
  }

  /**
   * Builds everything, measures, and removes everything.
   *
   * @throws dev.sluice.local.bench.BenchException if the kernel or a tool refuses something, or a
   *     Service does not answer
   */
  List<ModeResult> run() throws IOException {
    try (WorkFolder work = WorkFolder.create("bench");
        BenchLab direct = BenchLab.create();
        BenchLab iptables = BenchLab.create();
        BenchLab ipvs = BenchLab.create();
        BenchLab linear = BenchLab.create()) {
      Map<Mode, BenchLab> labs =
          new EnumMap<>(
              Map.of(
                  Mode.DIRECT, direct,
                  Mode.IPTABLES, iptables,
                  Mode.IPVS, ipvs,
                  Mode.LINEAR, linear));
      for (Map.Entry<Mode, BenchLab> lab : labs.entrySet()) {
        lab.getKey().load(lab.getValue().node(), workload, work.path());
      }
      return measure(labs);
    }
  }

  private List<ModeResult> measure(Map<Mode, BenchLab> labs) {
    Map<Mode, Connector> middle = new EnumMap<>(Mode.class);
    Map<Mode, Connector> last = new EnumMap<>(Mode.class);
    labs.forEach(
        (mode, lab) -> {
          last.put(mode, connector(lab, last(mode)));
          if (mode != Mode.DIRECT) {
            middle.put(mode, connector(lab, workload.service(workload.services() / 2)));
          }
        });
    List<Connector> all = Stream.concat(middle.values().stream(), last.values().stream()).toList();
    all.forEach(Connector::check);
    Connector.inTurn(all, effort.connects());
    Map<Mode, List<ApacheBench.Outcome>> ab = ab(labs);
    return Arrays.stream(Mode.values())
        .map(
            mode ->
                new ModeResult(
                    workload.services(),
                    mode,
                    Optional.ofNullable(middle.get(mode)).map(Connector::times),
                    last.get(mode).times(),
                    Rates.of(ab.get(mode))))
        .toList();
  }

  private Map<Mode, List<ApacheBench.Outcome>> ab(Map<Mode, BenchLab> labs) {
    Map<Mode, List<ApacheBench.Outcome>> outcomes = new EnumMap<>(Mode.class);
    for (int i = 0; i < effort.rounds(); i++) {
      labs.forEach(
          (mode, lab) ->
              outcomes
                  .computeIfAbsent(mode, _ -> new ArrayList<>())
                  .add(effort.ab().run(lab.client(), last(mode))));
    }
    return outcomes;
  }

  private Connector connector(BenchLab lab, InetSocketAddress target) {
    return new Connector(lab.client(), target, effort.connects());
  }

  private InetSocketAddress last(Mode mode) {
    return mode == Mode.DIRECT
        ? workload.someEndpoint()
        : workload.service(workload.services() - 1);
  }
}
