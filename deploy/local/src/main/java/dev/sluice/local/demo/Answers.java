package dev.sluice.local.demo;

import dev.sluice.local.lab.ProbeResult;
import dev.sluice.local.lab.ProbeResult.Answer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What came of a series of requests. Pure.
 *
 * @param byPod how many each pod answered
 * @param sources the source addresses that the pods saw
 * @param failures all that was no answer, in order
 * @param median of the answers' times; zero if there were none
 */
record Answers(
    SortedMap<String, Integer> byPod,
    SortedSet<String> sources,
    List<ProbeResult> failures,
    Duration median) {
  Answers {
    byPod = Collections.unmodifiableSortedMap(new TreeMap<>(byPod));
    sources = Collections.unmodifiableSortedSet(new TreeSet<>(sources));
    failures = List.copyOf(failures);
  }

  static Answers of(List<ProbeResult> results) {
    List<Answer> answers =
        results.stream().filter(Answer.class::isInstance).map(Answer.class::cast).toList();
    SortedMap<String, Integer> byPod = new TreeMap<>();
    SortedSet<String> sources = new TreeSet<>();
    for (Answer answer : answers) {
      byPod.merge(answer.server(), 1, Integer::sum);
      sources.add(Addresses.text(answer.seenSource()));
    }
    long[] nanos = answers.stream().mapToLong(Answer::nanos).sorted().toArray();
    Duration median = nanos.length == 0 ? Duration.ZERO : Duration.ofNanos(nanos[nanos.length / 2]);
    List<ProbeResult> failures =
        results.stream().filter(result -> !(result instanceof Answer)).toList();
    return new Answers(byPod, sources, failures, median);
  }

  /**
   * This, if each of the pods has answered, no other has, and no request was left unanswered.
   *
   * @param what the requests, for the error message
   * @throws TourException otherwise
   */
  Answers allFrom(Set<String> pods, String what) {
    if (!failures.isEmpty()) {
      throw new TourException(
          "%s: %d failed, the first by %s".formatted(what, failures.size(), failures.getFirst()));
    }
    if (!byPod.keySet().equals(pods)) {
      throw new TourException(
          "%s: answered by %s, expected %s".formatted(what, byPod, new TreeSet<>(pods)));
    }
    return this;
  }

  /**
   * This, if the pods saw just this source address.
   *
   * @throws TourException otherwise
   */
  Answers seenFrom(String source, String what) {
    if (!sources.equals(Set.of(source))) {
      throw new TourException("%s: seen from %s, expected %s".formatted(what, sources, source));
    }
    return this;
  }

  /** Such as {@code web-1 53, web-2 47}. */
  String distribution() {
    return String.join(
        ", ", byPod.entrySet().stream().map(pod -> pod.getKey() + " " + pod.getValue()).toList());
  }
}
