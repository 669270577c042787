package dev.sluice.local.kernel;

import dev.sluice.local.lab.KernelTest;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Tests that share one {@link PacketLab}: their class's constructor gets it. */
@KernelTest
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(PacketTest.Lab.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface PacketTest {
  /** Makes the lab, which JUnit closes after the last test of the class. */
  final class Lab implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == PacketLab.class;
    }

    @Override
    public PacketLab resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getStore(Namespace.create(Lab.class))
          .getOrComputeIfAbsent(PacketLab.class, _ -> PacketLab.create(), PacketLab.class);
    }
  }
}
