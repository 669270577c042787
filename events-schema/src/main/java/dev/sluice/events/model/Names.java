package dev.sluice.events.model;

import java.util.regex.Pattern;

/** The forms that Kubernetes gives to names. They end up in chain comments, metrics and logs. */
final class Names {
  private static final Pattern DNS_SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern PORT_NAME = Pattern.compile("([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)?");
  private static final Pattern LABEL_VALUE =
      Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");

  private Names() {}

  /** Returns the name, or throws if it is no DNS subdomain (RFC 1123). */
  static String subdomain(String what, String name) {
    return matching(DNS_SUBDOMAIN, what, name);
  }

  /** Returns the name, or throws if it is no DNS label (RFC 1123), at most 63 characters. */
  static String label(String what, String name) {
    return matching(DNS_LABEL, what, name);
  }

  /** Returns the name, or throws if it is neither a DNS label nor empty (unset). */
  static String portName(String name) {
    return matching(PORT_NAME, "port name", name);
  }

  /** Returns the value, or throws if it is no label value; empty is one. */
  static String labelValue(String what, String value) {
    return matching(LABEL_VALUE, what, value);
  }

  private static String matching(Pattern pattern, String what, String name) {
    if (!pattern.matcher(name).matches()) {
      throw new InvalidObjectException(
          what + " \"" + printable(name) + "\" has not the form of one");
    }
    return name;
  }

  private static String printable(String name) {
    String shown = name.length() > 80 ? name.substring(0, 80) + "…" : name;
    return shown.replaceAll("\\p{Cntrl}", "?");
  }
}
