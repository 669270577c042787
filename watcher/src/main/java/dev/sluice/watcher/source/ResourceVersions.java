package dev.sluice.watcher.source;

import java.math.BigInteger;
import java.util.regex.Pattern;

/**
 * The order of the API server's versions: they are whole numbers, and those of one kind may be
 * compared (KEP-5504). Any other text has no order.
 */
public final class ResourceVersions {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,40}");

  private ResourceVersions() {}

  /** The newer of the two; {@code version} where they have no order. */
  public static String newest(String version, String other) {
    return older(version, other) ? other : version;
  }

  /** Whether {@code version} is known to be older than {@code other}. */
  public static boolean older(String version, String other) {
    return NUMBER.matcher(version).matches()
        && NUMBER.matcher(other).matches()
        && new BigInteger(version).compareTo(new BigInteger(other)) < 0;
  }
}
