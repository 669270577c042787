package dev.sluice.local.conformance;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips cases of rows that this run does not ask for. */
final class AskedRows implements ExecutionCondition {
  /** The system property: names of rows, separated by commas. Not set or empty: all. */
  static final String PROPERTY = "conformance.rows";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Set<Row> asked = asked(System.getProperty(PROPERTY, ""));
    boolean runs =
        context
            .getTestMethod()
            .map(method -> method.getAnnotation(Conformance.class))
            .map(conformance -> List.of(conformance.value()).stream().anyMatch(asked::contains))
            .orElse(true);
    return runs
        ? ConditionEvaluationResult.enabled("a case of a row that is asked for")
        : ConditionEvaluationResult.disabled("a case of other rows than " + asked);
  }

  /**
   * The rows that are asked for.
   *
   * @param names as {@link #PROPERTY} has them
   * @throws IllegalArgumentException for a name that no row has
   */
  static Set<Row> asked(String names) {
    if (names.isBlank()) {
      return EnumSet.allOf(Row.class);
    }
    return Arrays.stream(names.split(",", -1))
        .map(name -> Row.valueOf(name.strip()))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Row.class)));
  }
}
