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
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
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
      List<Subject> subjects =
          List.of(
              subject(Mode.DIRECT, direct),
              subject(Mode.IPTABLES, iptables),
              subject(Mode.IPVS, ipvs),
              subject(Mode.LINEAR, linear));
      for (Subject subject : subjects) {
        subject.mode().load(subject.lab().node(), workload, work.path());
      }
      return measure(subjects);
    }
  }

  /** A mode's node, and what connects through it. */
  private record Subject(
      Mode mode, BenchLab lab, Optional<Connector> middle, Connector last, InetSocketAddress ab) {
    Stream<Connector> connectors() {
      return Stream.concat(middle.stream(), Stream.of(last));
    }
  }

  private Subject subject(Mode mode, BenchLab lab) {
    InetSocketAddress last = last(mode);
    Optional<Connector> middle =
        mode == Mode.DIRECT
            ? Optional.empty()
            : Optional.of(connector(lab, workload.service(workload.services() / 2)));
    return new Subject(mode, lab, middle, connector(lab, last), last);
  }

  private List<ModeResult> measure(List<Subject> subjects) {
    List<Connector> connectors = subjects.stream().flatMap(Subject::connectors).toList();
    connectors.forEach(Connector::check);
    Connector.inTurn(connectors, effort.connects());
    List<List<ApacheBench.Outcome>> ab = ab(subjects);
    return IntStream.range(0, subjects.size())
        .mapToObj(i -> result(subjects.get(i), Rates.of(ab.get(i))))
        .toList();
  }

  private ModeResult result(Subject subject, Rates ab) {
    return new ModeResult(
        workload.services(),
        subject.mode(),
        subject.middle().map(Connector::times),
        subject.last().times(),
        ab);
  }

  /** The rounds of each, in turn. */
  private List<List<ApacheBench.Outcome>> ab(List<Subject> subjects) {
    List<List<ApacheBench.Outcome>> outcomes =
        subjects.stream().<List<ApacheBench.Outcome>>map(_ -> new ArrayList<>()).toList();
    for (int round = 0; round < effort.rounds(); round++) {
      for (int i = 0; i < subjects.size(); i++) {
        Subject subject = subjects.get(i);
        outcomes.get(i).add(effort.ab().run(subject.lab().client(), subject.ab()));
      }
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
