package dev.sluice.applier.iptables;

import dev.sluice.applier.forwarding.LocalPods;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpFamily;
import java.util.List;
import java.util.Optional;

/** How rules of one family tell packets of pods; each part ends with a blank. */
public record PodMatch(LocalPods pods, IpFamily family) {
  /** What a rule begins with that is for pods only; empty where there is no way to tell. */
  public Optional<String> pod() {
    return switch (pods) {
      // the tools don't print a range that holds every address
      case LocalPods.InRanges(List<Cidr> ranges) ->
          range(ranges).map(range -> range.length() == 0 ? "" : "-s " + range + " ");
      case LocalPods.BehindInterface(String name) -> Optional.of("-i " + name + " ");
      case LocalPods.BehindInterfaces(String prefix) -> Optional.of("-i " + prefix + "+ ");
    };
  }

  /**
   * What a rule begins with that is for all but pods.
   *
   * @param destination which it is for
   * @return empty where there is no way to tell, or everybody is a pod
   */
  Optional<String> others(Cidr destination) {
    return others("-d " + destination + " ");
  }

  /**
   * What a rule begins with that is for all but pods, whoever they talk to.
   *
   * @return empty where there is no way to tell, or everybody is a pod
   */
  public Optional<String> others() {
    return others("");
  }

  private Optional<String> others(String to) {
    return switch (pods) {
      case LocalPods.InRanges(List<Cidr> ranges) ->
          range(ranges)
              .filter(range -> range.length() > 0)
              .map(range -> "! -s " + range + " " + to);
      // what the node itself sends has come by no interface, and is no pod's
      case LocalPods.BehindInterface(String name) -> Optional.of(to + "! -i " + name + " ");
      case LocalPods.BehindInterfaces(String prefix) -> Optional.of(to + "! -i " + prefix + "+ ");
    };
  }

  private Optional<Cidr> range(List<Cidr> ranges) {
    return ranges.stream().filter(range -> range.family() == family).findFirst();
  }
}
