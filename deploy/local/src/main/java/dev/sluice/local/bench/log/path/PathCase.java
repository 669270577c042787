package dev.sluice.local.bench.log.path;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.local.bench.BenchException;
import dev.sluice.local.bench.Durations;
import dev.sluice.local.bench.Pace;
import dev.sluice.local.bench.StateTopic;
import dev.sluice.local.bench.StateTopic.Entry;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.run.ApplierProgram;
import dev.sluice.local.run.SluiceProgram;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Makes changes in the fake cluster of a system that runs, and follows them into the kernel. */
final class PathCase {
  private static final Duration SEEN_LIMIT = Duration.ofMinutes(2);

  private final Variant variant;
  private final ApiServices services;
  private final NetworkNamespace control;
  private final StateTopic topic;
  private final SluiceProgram watcher;
  private final ApplierProgram applier;
  private long revision;

  /**
   * @param services all of which the kernel has
   * @param topic to be used within {@code control}
   */
  PathCase(
      Variant variant,
      ApiServices services,
      NetworkNamespace control,
      StateTopic topic,
      SluiceProgram watcher,
      ApplierProgram applier) {
    this.variant = variant;
    this.services = services;
    this.control = control;
    this.topic = topic;
    this.watcher = watcher;
    this.applier = applier;
    revision = services.objects();
  }

  private record Sent(String resourceVersion, Instant time) {}

  /**
   * Makes the changes, and waits until the kernel has them all.
   *
   * @throws BenchException if they are not on the log, each once and in their order
   */
  PathResult measure(Pace pace) throws InterruptedException {
    long from = control.<Long, RuntimeException>call(topic::end);
    List<Sent> sent = send(pace);
    long first = revision + 1;
    revision += sent.size();
    applier.awaitRevision(revision, SEEN_LIMIT);
    List<Entry> changes =
        control.<List<Entry>, RuntimeException>call(() -> topic.read(from, revision)).stream()
            .filter(entry -> !entry.isHead())
            .toList();
    check(sent, changes, first);
    return result(pace, sent, first);
  }

  private List<Sent> send(Pace pace) throws InterruptedException {
    List<Sent> sent = new ArrayList<>(pace.number());
    long start = System.nanoTime();
    for (int i = 0; i < pace.number(); i++) {
      pace.await(start, i);
      Instant now = Instant.now();
      sent.add(new Sent(Integer.toString(services.replaceNext()), now));
    }
    return sent;
  }

  private static void check(List<Sent> sent, List<Entry> changes, long firstRevision) {
    if (changes.size() != sent.size()) {
      throw new BenchException(
          "%d changes are on the log, not %d".formatted(changes.size(), sent.size()));
    }
    for (int i = 0; i < sent.size(); i++) {
      Entry change = changes.get(i);
      if (!change.resourceVersion().equals(sent.get(i).resourceVersion())
          || change.revision() != firstRevision + i) {
        throw new BenchException(
            "revision %d of resourceVersion %s stands where version %s should be revision %d"
                .formatted(
                    change.revision(),
                    change.resourceVersion(),
                    sent.get(i).resourceVersion(),
                    firstRevision + i));
      }
    }
  }

  private PathResult result(Pace pace, List<Sent> sent, long first) {
    Milestones log = Milestones.of(watcher.logged(" event=published revision="));
    Milestones kernel = Milestones.of(applier.logged(" applied revision="));
    List<Long> whole = new ArrayList<>();
    List<Long> toLog = new ArrayList<>();
    List<Long> toKernel = new ArrayList<>();
    for (int i = 0; i < sent.size(); i++) {
      Instant committed = log.of(first + i);
      Instant applied = kernel.of(first + i);
      whole.add(Duration.between(sent.get(i).time(), applied).toNanos());
      toLog.add(Duration.between(sent.get(i).time(), committed).toNanos());
      toKernel.add(Duration.between(committed, applied).toNanos());
    }
    long last = first + sent.size() - 1;
    return new PathResult(
        variant,
        pace.perSecond(),
        rate(sent),
        sent.size(),
        log.steps(first, last),
        kernel.steps(first, last),
        Durations.of(whole),
        Durations.of(toLog),
        Durations.of(toKernel));
  }

  private static double rate(List<Sent> sent) {
    Duration all = Duration.between(sent.getFirst().time(), sent.getLast().time());
    return (sent.size() - 1) * 1e9 / all.toNanos();
  }
}
