package dev.sluice.local.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests that are about some back ends and no other, or that run on one for all. A run that leaves
 * all of these out ({@link BackEnd#PROPERTY}) skips the tests.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("bound")
@ExtendWith(AskedFlavours.class)
public @interface RunsOn {
  BackEnd[] value();
}
