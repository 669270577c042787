package dev.sluice.local.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A back end that can't do what a case asks for: the case is not run for it, and the list of the
 * suite says why.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Unsupported.All.class)
public @interface Unsupported {
  BackEnd backend();

  /** Why it can't, in words for who chooses a back end. Not blank. */
  String reason();

  /** Several on one method. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @interface All {
    Unsupported[] value();
  }
}
