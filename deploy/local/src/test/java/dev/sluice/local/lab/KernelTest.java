package dev.sluice.local.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test that needs root for the kernel's network. Without, it is skipped; with {@code
 * SLUICE_KERNEL_TESTS=required} in the environment it runs, and fails, all the same.
 */
@Tag("kernel")
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(KernelTest.Condition.class)
public @interface KernelTest {
  /** Root, or a promise of it. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      boolean required = "required".equals(System.getenv("SLUICE_KERNEL_TESTS"));
      boolean root = "root".equals(System.getProperty("user.name"));
      return required || root
          ? ConditionEvaluationResult.enabled("may use the kernel")
          : ConditionEvaluationResult.disabled("kernel test: needs root");
    }
  }
}
