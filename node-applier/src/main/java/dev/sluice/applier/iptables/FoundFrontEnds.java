package dev.sluice.applier.iptables;

import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.program.Program;
import dev.sluice.applier.program.ProgramDiff;
import dev.sluice.events.model.IpAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The UDP front ends in rules of ours, or of kube-proxy, which spells them alike: what is installed
 * at a start tells of Services that went while nobody was there. Pure.
 */
final class FoundFrontEnds {
  private static final Pattern RULE =
      Pattern.compile(
          "-A \\S+ (?:-d (\\S+)/(?:32|128) )?-p udp .*-m udp --dport (\\d+)"
              + " -j KUBE-(?:SVC|SVL|EXT|FW|XLB)-\\S+");

  private FoundFrontEnds() {}

  /**
   * Those that a difference takes away; addressed ones as ClusterIPs, whatever they were.
   *
   * @param installed what it starts from
   */
  static Set<FrontEnd> gone(
      Program<IptablesKey, String> installed, ProgramDiff<IptablesKey, String> diff) {
    Set<FrontEnd> gone = new HashSet<>();
    diff.removed().forEach(key -> installed.get(key).ifPresent(lines -> addTo(gone, lines)));
    diff.put().keySet().forEach(key -> installed.get(key).ifPresent(lines -> addTo(gone, lines)));
    Set<FrontEnd> still = new HashSet<>();
    diff.put().values().forEach(lines -> addTo(still, lines));
    gone.removeAll(still);
    return gone;
  }

  private static void addTo(Set<FrontEnd> frontEnds, String lines) {
    for (String line : (Iterable<String>) lines.lines()::iterator) {
      Matcher rule = RULE.matcher(line);
      if (line.contains(" -p udp ") && rule.matches()) {
        int port = Integer.parseInt(rule.group(2));
        String address = rule.group(1);
        frontEnds.add(
            address == null
                ? new FrontEnd.NodePort(port)
                : new FrontEnd.ClusterIp(IpAddress.parse(address), port));
      }
    }
  }
}
