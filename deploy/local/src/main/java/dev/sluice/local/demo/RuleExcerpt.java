package dev.sluice.local.demo;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds a Service port's rules in what iptables-save prints. Pure. */
final class RuleExcerpt {
  private RuleExcerpt() {}

  /**
   * All rules that lead to the port's chains or stand in them; none if there are no such chains.
   *
   * @param saved the nat table
   * @param servicePort such as {@code shop/web:http}
   */
  static List<String> of(String saved, String servicePort) {
    Pattern dispatch =
        Pattern.compile("\"" + Pattern.quote(servicePort) + " cluster IP\".* -j KUBE-SVC-(\\w+)");
    Matcher found = dispatch.matcher(saved);
    if (!found.find()) {
      return List.of();
    }
    String hash = found.group(1);
    return saved
        .lines()
        .filter(line -> line.startsWith("-A ") && line.contains(hash))
        .sorted(java.util.Comparator.comparing(line -> line.startsWith("-A KUBE-SVC-")))
        .toList();
  }
}
