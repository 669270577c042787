package dev.sluice.events.model;

/** The textual forms of addresses. Never resolves a name. */
final class IpAddressText {
  private static final int GROUPS = 8;

  private IpAddressText() {}

  static IpAddress parse(String text) {
    return text.indexOf(':') >= 0 ? parseV6(text) : new IpAddress(IpFamily.IPV4, 0, v4(text, text));
  }

  private static long v4(String part, String whole) {
    String[] numbers = part.split("\\.", -1);
    if (numbers.length != 4) {
      throw refused(whole);
    }
    long value = 0;
    for (String number : numbers) {
      value = value << 8 | number(number, 10, 3, 255, whole);
    }
    return value;
  }

  private static IpAddress parseV6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      int[] groups = groups(text, true, text);
      if (groups.length != GROUPS) {
        throw refused(text);
      }
      return ofGroups(groups);
    }
    if (text.indexOf("::", gap + 1) >= 0) {
      throw refused(text);
    }
    int[] left = groups(text.substring(0, gap), false, text);
    int[] right = groups(text.substring(gap + 2), true, text);
    if (left.length + right.length >= GROUPS) {
      throw refused(text);
    }
    int[] all = new int[GROUPS];
    System.arraycopy(left, 0, all, 0, left.length);
    System.arraycopy(right, 0, all, GROUPS - right.length, right.length);
    return ofGroups(all);
  }

  /** The groups of a part; only that at the text's end may end in IPv4 notation. */
  private static int[] groups(String part, boolean atEnd, String whole) {
    if (part.isEmpty()) {
      return new int[0];
    }
    String[] texts = part.split(":", -1);
    String last = texts[texts.length - 1];
    boolean dotted = atEnd && last.indexOf('.') >= 0;
    int[] groups = new int[texts.length + (dotted ? 1 : 0)];
    for (int i = 0; i < texts.length - (dotted ? 1 : 0); i++) {
      groups[i] = (int) number(texts[i], 16, 4, 0xffff, whole);
    }
    if (dotted) {
      long v4 = v4(last, whole);
      groups[groups.length - 2] = (int) (v4 >>> 16);
      groups[groups.length - 1] = (int) (v4 & 0xffff);
    }
    return groups;
  }

  private static IpAddress ofGroups(int[] groups) {
    long high = 0;
    long low = 0;
    for (int i = 0; i < 4; i++) {
      high = high << 16 | groups[i];
      low = low << 16 | groups[i + 4];
    }
    boolean mapped = high == 0 && low >>> 32 == 0xffff;
    return mapped
        ? new IpAddress(IpFamily.IPV4, 0, low & 0xffff_ffffL)
        : new IpAddress(IpFamily.IPV6, high, low);
  }

  private static long number(String digits, int radix, int longest, int greatest, String whole) {
    if (digits.isEmpty() || digits.length() > longest) {
      throw refused(whole);
    }
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      int digit = c < 128 ? Character.digit(c, radix) : -1;
      if (digit < 0) {
        throw refused(whole);
      }
      value = value * radix + digit;
    }
    if (value > greatest) {
      throw refused(whole);
    }
    return value;
  }

  private static InvalidObjectException refused(String text) {
    return new InvalidObjectException("\"" + text + "\" is no IP address");
  }

  static String format(IpAddress address) {
    if (address.family() == IpFamily.IPV4) {
      long v = address.low();
      return (v >>> 24) + "." + (v >>> 16 & 255) + "." + (v >>> 8 & 255) + "." + (v & 255);
    }
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      long half = i < 4 ? address.high() : address.low();
      groups[i] = (int) (half >>> (48 - 16 * (i % 4)) & 0xffff);
    }
    int start = -1;
    int length = 1; // a single zero group is not shortened (RFC 5952, 4.2.2)
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && groups[end] == 0) {
        end++;
      }
      if (end - i > length) {
        start = i;
        length = end - i;
      }
    }
    StringBuilder out = new StringBuilder(39);
    for (int i = 0; i < GROUPS; i++) {
      if (i == start) {
        out.append("::");
        i += length - 1;
      } else {
        if (!out.isEmpty() && out.charAt(out.length() - 1) != ':') {
          out.append(':');
        }
        out.append(Integer.toHexString(groups[i]));
      }
    }
    return out.toString();
  }
}
