package dev.sluice.local.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A kernel test for which the kernel must have IPVS. Maven leaves it out; deploy/verify runs it,
 * under a guest's kernel where the host's has none. Elsewhere it is skipped where there is no IPVS,
 * unless kernel tests are required.
 */
@KernelTest
@Tag("ipvs")
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(IpvsTest.Condition.class)
public @interface IpvsTest {
  /** A kernel with IPVS, or a promise of it. */
  final class Condition implements ExecutionCondition {
    private static final Path TABLE = Path.of("/proc/net/ip_vs");

    private static final class Kernel {
      static final boolean HAS_IPVS = Files.exists(TABLE) || loads();

      private static boolean loads() {
        try {
          Execution.of(Duration.ofSeconds(10), "", List.of("modprobe", "-q", "ip_vs"));
        } catch (LabException e) {
          // no such program, or none that ends
          return false;
        }
        return Files.exists(TABLE);
      }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      boolean required = "required".equals(System.getenv("SLUICE_KERNEL_TESTS"));
      return required || Kernel.HAS_IPVS
          ? ConditionEvaluationResult.enabled("may use IPVS")
          : ConditionEvaluationResult.disabled("ipvs test: this kernel has no IPVS");
    }
  }
}
