package dev.sluice.applier.bootstrap;

import dev.sluice.events.model.InvalidObjectException;
import dev.sluice.events.model.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How this node resolves names. Pure.
 *
 * @param nameservers who is asked
 * @param searchDomains what short names are completed with
 * @param hosts names that nobody needs to be asked for, in lower case
 */
public record NameResolution(
    List<IpAddress> nameservers, List<String> searchDomains, Set<String> hosts) {
  public NameResolution {
    nameservers = List.copyOf(nameservers);
    searchDomains = List.copyOf(searchDomains);
    hosts = Set.copyOf(hosts);
  }

  /**
   * Reads the texts of the two files that say it; passes over what is of neither form.
   *
   * @param resolvConf as in resolv.conf(5)
   * @param hostsFile as in hosts(5)
   */
  public static NameResolution of(String resolvConf, String hostsFile) {
    List<IpAddress> nameservers = new ArrayList<>();
    List<String> search = List.of();
    for (String line : resolvConf.lines().toList()) {
      List<String> words = words(line);
      if (words.size() > 1 && words.getFirst().equals("nameserver")) {
        address(words.get(1)).forEach(nameservers::add);
      } else if (!words.isEmpty() && words.getFirst().equals("search")) {
        search = words.subList(1, words.size()); // of several lines, the last counts
      }
    }
    Set<String> hosts =
        hostsFile
            .lines()
            .map(NameResolution::words)
            .filter(words -> words.size() > 1)
            .flatMap(words -> words.stream().skip(1))
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    return new NameResolution(nameservers, search, hosts);
  }

  private static List<String> words(String line) {
    String text = line.replaceFirst("[#;].*", "").strip();
    return text.isEmpty() ? List.of() : List.of(text.split("\\s+"));
  }

  private static Stream<IpAddress> address(String text) {
    try {
      return Stream.of(IpAddress.parse(text));
    } catch (InvalidObjectException e) {
      return Stream.of(); // one with a zone is link-local, and no Service's
    }
  }

  /** The search domains that are those of Services, such as {@code svc.cluster.local}. */
  List<String> clusterDomains() {
    return searchDomains.stream().filter(domain -> ("." + domain + ".").contains(".svc.")).toList();
  }
}
