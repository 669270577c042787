package dev.sluice.watcher.publish;

import java.math.BigInteger;
import java.util.regex.Pattern;

/**
 * The order of the API server's versions: they are whole numbers, and those of one kind may be
 * compared (KEP-5504). Any other text has no order.
 */
final class ResourceVersions {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,40}");

  private ResourceVersions() {}

  /** Whether {@code version} is known to be older than {@code other}. */
  static boolean older(String version, String other) {
    return NUMBER.matcher(version).matches()
        && NUMBER.matcher(other).matches()
        && new BigInteger(version).compareTo(new BigInteger(other)) < 0;
  }
}
