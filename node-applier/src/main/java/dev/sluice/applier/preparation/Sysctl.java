package dev.sluice.applier.preparation;

/**
 * A parameter that the kernel should have. Pure.
 *
 * @param file below the root of the file system, such as {@code proc/sys/net/ipv4/ip_forward}
 * @param atLeast whether a greater value is left alone
 */
public record Sysctl(String file, long value, boolean atLeast) {
  private static final String PARAMETERS = "proc/sys/";

  /** A parameter below {@code /proc/sys/net} that must have just this value. */
  public static Sysctl net(String name, long value) {
    return new Sysctl(PARAMETERS + "net/" + name, value, false);
  }

  /** The same for one that may be greater. */
  public static Sysctl netAtLeast(String name, long value) {
    return new Sysctl(PARAMETERS + "net/" + name, value, true);
  }

  /** Whether a value that was found will do. */
  public boolean holds(long found) {
    return found == value || (atLeast && found > value);
  }

  /** What the tool {@code sysctl} calls it; parameters of modules are called by their file. */
  public String name() {
    return file.startsWith(PARAMETERS)
        ? file.substring(PARAMETERS.length()).replace('/', '.')
        : "/" + file;
  }
}
