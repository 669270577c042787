package dev.sluice.local.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that is a case of rows of the suite: were one of them not kept, it would fail. A run for
 * one row ({@link AskedRows#PROPERTY}) skips cases of others.
 */
@Tag("conformance")
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(AskedRows.class)
public @interface Conformance {
  Row[] value();
}
