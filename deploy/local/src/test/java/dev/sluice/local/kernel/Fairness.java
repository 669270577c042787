package dev.sluice.local.kernel;

import dev.sluice.local.lab.Distribution;
import java.util.Set;

/** Whether answers came from all servers alike, by a chi-square test at p = 1e-6. */
final class Fairness {
  static final String FAIR = "fair";

  private Fairness() {}

  /** {@link #FAIR}, or what speaks against it. */
  static String of(Distribution answers, String... servers) {
    if (!answers.failures().isEmpty()) {
      return "failures: " + answers.failures();
    }
    if (!Set.of(servers).equals(answers.answers().keySet())) {
      return "answers from other servers: " + answers.answers();
    }
    int total = answers.answers().values().stream().mapToInt(Integer::intValue).sum();
    double expected = (double) total / servers.length;
    double chiSquare = 0;
    for (int count : answers.answers().values()) {
      chiSquare += (count - expected) * (count - expected) / expected;
    }
    return chiSquare <= limit(servers.length - 1) ? FAIR : "unfair: " + answers.answers();
  }

  /** What chi-square exceeds with a probability of 1e-6. */
  private static double limit(int degreesOfFreedom) {
    return switch (degreesOfFreedom) {
      case 1 -> 23.928;
      case 2 -> 27.631;
      case 3 -> 30.665;
      default -> throw new IllegalArgumentException(degreesOfFreedom + " degrees of freedom");
    };
  }
}
