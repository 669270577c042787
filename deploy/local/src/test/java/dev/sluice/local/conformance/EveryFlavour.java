package dev.sluice.local.conformance;

import dev.sluice.events.model.IpFamily;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * A test that runs once for each constant of its first parameter's enum, which is {@link
 * Flavoured}, but for those whose back end it is not about ({@link RunsOn}), that can't do it
 * ({@link Unsupported}), or that this run leaves out ({@link BackEnd#PROPERTY}).
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest
@Tag("flavoured")
@ArgumentsSource(AskedFlavours.class)
@ExtendWith(AskedFlavours.class)
public @interface EveryFlavour {
  /** The address families in which there is such a thing. Empty: all. */
  IpFamily[] families() default {};
}
