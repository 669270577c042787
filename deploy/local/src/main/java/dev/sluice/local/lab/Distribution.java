package dev.sluice.local.lab;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many answers came from which server.
 *
 * @param answers by the server's name; one that never answered is absent
 * @param failures all other results, in order
 */
public record Distribution(SortedMap<String, Integer> answers, List<ProbeResult> failures) {
  /** Defensive copies. */
  public Distribution {
    answers = Collections.unmodifiableSortedMap(new TreeMap<>(answers));
    failures = List.copyOf(failures);
  }

  static Distribution of(List<ProbeResult> results) {
    SortedMap<String, Integer> answers = new TreeMap<>();
    List<ProbeResult> failures = new ArrayList<>();
    for (ProbeResult result : results) {
      if (result instanceof ProbeResult.Answer answer) {
        answers.merge(answer.server(), 1, Integer::sum);
      } else {
        failures.add(result);
      }
    }
    return new Distribution(answers, failures);
  }

  /** The number of answers from a server; 0 if it never answered. */
  public int count(String server) {
    return answers.getOrDefault(server, 0);
  }
}
