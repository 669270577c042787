package dev.sluice.local.demo;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Finds virtual servers in what the kernel lists in /proc/net/ip_vs. IPv4 only. Pure. */
final class ServerExcerpt {
  private static final Pattern SOCKET = Pattern.compile("\\b([0-9A-F]{8}):([0-9A-F]{4})\\b *");

  private ServerExcerpt() {}

  /**
   * Those virtual servers and their destinations, as {@code ipvsadm -Ln} shows them.
   *
   * @param table the file's text; the kernel prints addresses and ports there as hexadecimal digits
   * @param servers such as {@code 10.96.0.80:80}
   */
  static List<String> of(String table, List<String> servers) {
    List<String> found = new ArrayList<>();
    boolean wanted = false;
    for (String line : table.lines().toList()) {
      Matcher socket = SOCKET.matcher(line);
      if (!line.startsWith("  ->")) {
        wanted = socket.find() && servers.contains(readable(socket));
      }
      if (wanted) {
        found.add(readable(line));
      }
    }
    return found;
  }

  private static String readable(String line) {
    int width = line.startsWith("  ->") ? -22 : -1;
    return SOCKET
        .matcher(line)
        .replaceFirst(found -> ("%" + width + "s ").formatted(readable(found)))
        .stripTrailing();
  }

  private static String readable(MatchResult socket) {
    String address =
        IntStream.iterate(0, i -> i < 8, i -> i + 2)
            .mapToObj(i -> String.valueOf(HexFormat.fromHexDigits(socket.group(1), i, i + 2)))
            .collect(Collectors.joining("."));
    return address + ":" + HexFormat.fromHexDigits(socket.group(2));
  }
}
