package dev.sluice.local.conformance;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** Leaves of a test's flavours those that this run asks for. */
final class AskedFlavours implements ArgumentsProvider, ExecutionCondition {
  @Override
  public Stream<? extends Arguments> provideArguments(
      ParameterDeclarations parameters, ExtensionContext context) {
    Set<BackEnd> asked = BackEnd.asked();
    return Flavours.of(context.getRequiredTestMethod()).stream()
        .filter(flavour -> asked.contains(flavour.backend()))
        .map(Arguments::of);
  }

  /** Skips what would run for no flavour: JUnit takes a test without arguments for a mistake. */
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Set<BackEnd> backends =
        context
            .getTestMethod()
            .map(Flavours::backends)
            .orElseGet(() -> Flavours.backends(context.getRequiredTestClass()));
    return runs(backends, BackEnd.asked())
        ? ConditionEvaluationResult.enabled("a back end that is asked for")
        : ConditionEvaluationResult.disabled("only " + List.copyOf(BackEnd.asked()) + " asked for");
  }

  private static boolean runs(Set<BackEnd> backends, Set<BackEnd> asked) {
    Set<BackEnd> both = EnumSet.copyOf(asked);
    both.retainAll(backends);
    return !both.isEmpty();
  }
}
