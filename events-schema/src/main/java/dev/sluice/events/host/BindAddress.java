package dev.sluice.events.host;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address to listen on.
 *
 * @param host an IP address, without brackets, or a name
 * @param port 1 to 65535, or 0 for any that is free
 */
public record BindAddress(String host, int port) {
  private static final String EVERYWHERE = "0.0.0.0";
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([^\\s:\\[\\]]*)):(\\d{1,5})");

  /**
   * @throws IllegalArgumentException if the port is out of range
   */
  public BindAddress {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not within 0 to 65535");
    }
  }

  /**
   * Parses {@code HOST:PORT}, {@code [IPV6]:PORT}, or {@code :PORT} for every address of the
   * machine.
   *
   * @throws IllegalArgumentException if the text is of none of these forms
   */
  public static BindAddress parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no address to listen on; expected HOST:PORT, [IPV6]:PORT or :PORT");
    }
    String name = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    return new BindAddress(name.isEmpty() ? EVERYWHERE : name, Integer.parseInt(matcher.group(3)));
  }

  /** What {@link #parse} takes. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
