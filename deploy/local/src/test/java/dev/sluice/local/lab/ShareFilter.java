package dev.sluice.local.lab;

import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.launcher.PostDiscoveryFilter;

/**
 * Leaves a JVM its share of the tests, where several divide them: with {@code -Dtests.share=2/3}
 * those of the second of three, and all without. JUnit finds it as a service.
 */
public final class ShareFilter implements PostDiscoveryFilter {
  /** The system property: a number from 1, a slash, and of how many. */
  static final String PROPERTY = "tests.share";

  private final int number;
  private final int of;

  /** As the system property says. */
  public ShareFilter() {
    this(System.getProperty(PROPERTY, "1/1"));
  }

  ShareFilter(String share) {
    String[] numbers = share.split("/", -1);
    if (numbers.length != 2) {
      throw new IllegalArgumentException(PROPERTY + " is not like 2/3: " + share);
    }
    number = Integer.parseInt(numbers[0]);
    of = Integer.parseInt(numbers[1]);
    if (number < 1 || number > of) {
      throw new IllegalArgumentException(PROPERTY + " is none of 1/" + of + " to " + of + "/" + of);
    }
  }

  @Override
  public FilterResult apply(TestDescriptor test) {
    return FilterResult.includedIf(includes(test.getUniqueId()));
  }

  /** Whether a test is of this share: each is of exactly one. */
  boolean includes(UniqueId test) {
    return Math.floorMod(test.toString().hashCode(), of) == number - 1;
  }
}
