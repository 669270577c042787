package dev.sluice.local.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * Changes which endpoints the quickstart's EndpointSlices have, line by line, so that the file
 * stays the one that a reader knows. Pure.
 */
final class EndpointEdit {
  private static final String HEADING = "endpoints:";
  private static final String ITEM = "  - { addresses: ";

  private EndpointEdit() {}

  /**
   * An endpoint of both slices.
   *
   * @param ipv4 its address in the slice of type IPv4
   * @param ipv6 its address in the slice of type IPv6
   */
  record Pair(String ipv4, String ipv6) {}

  /** The manifests with these endpoints, and no others, in every slice. */
  static String apply(String yaml, List<Pair> endpoints) {
    List<String> result = new ArrayList<>();
    boolean ipv6 = false;
    for (String line : yaml.lines().toList()) {
      if (line.startsWith("addressType:")) {
        ipv6 = line.endsWith("IPv6");
      }
      if (line.startsWith(HEADING)) {
        result.add(endpoints.isEmpty() ? HEADING + " []" : HEADING);
        for (Pair endpoint : endpoints) {
          result.add(item(ipv6 ? '"' + endpoint.ipv6() + '"' : endpoint.ipv4()));
        }
      } else if (!line.startsWith(ITEM)) {
        result.add(line);
      }
    }
    return String.join("\n", result) + "\n";
  }

  private static String item(String address) {
    return ITEM + "[" + address + "], conditions: { ready: true }, nodeName: node }";
  }
}
