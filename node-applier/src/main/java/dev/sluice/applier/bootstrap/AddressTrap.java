package dev.sluice.applier.bootstrap;

import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.InvalidObjectException;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Service;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Judges Kafka's addresses: whether a node without rules can reach them. What surely can't work on
 * a fresh node is refused, what may work is warned of. Pure.
 *
 * @param serviceRanges where Services have their ClusterIPs; empty where it is not known
 */
public record AddressTrap(List<Cidr> serviceRanges, NameResolution names) {
  private static final Pattern SERVICE_NAME = Pattern.compile(".+\\.svc(\\..+)?\\.?");
  private static final String REASON =
      "a node that has no rules yet can't reach it, and gets no rules without it: Kafka needs node"
          + " addresses, or names that are resolved outside the cluster";

  public AddressTrap {
    serviceRanges = List.copyOf(serviceRanges);
  }

  /**
   * What is to be said of an address.
   *
   * @param refused whether it can't work on a fresh node
   */
  public record Finding(boolean refused, String reason) {
    private static Finding refused(String what) {
      return new Finding(true, what + ": " + REASON);
    }

    private static Finding doubted(String what) {
      return new Finding(false, what + ": " + REASON);
    }
  }

  /**
   * Judges hosts by what they are called, without looking anything up.
   *
   * @param hosts addresses or names of brokers
   */
  public List<Finding> byName(Collection<String> hosts) {
    List<Finding> findings = new ArrayList<>();
    for (String host : hosts) {
      address(host)
          .map(address -> byRange(host, address, true))
          .orElseGet(() -> byName(host))
          .ifPresent(findings::add);
    }
    return findings;
  }

  /**
   * Judges hosts by the addresses they have.
   *
   * @param brokers the addresses of each host; none where it could not be resolved
   * @param image the Services as the log has them
   */
  public List<Finding> byAddress(Map<String, Set<IpAddress>> brokers, ClusterImage image) {
    Map<IpAddress, String> services = clusterIps(image);
    List<Finding> findings = new ArrayList<>();
    brokers.forEach(
        (host, addresses) -> {
          for (IpAddress address : addresses) {
            Optional.ofNullable(services.get(address))
                .map(
                    service ->
                        Finding.doubted(
                            "Kafka's address %s is the ClusterIP of %s"
                                .formatted(named(host, address), service)))
                .or(() -> byRange(host, address, false))
                .ifPresent(findings::add);
          }
        });
    boolean byNames = brokers.keySet().stream().anyMatch(this::isLookedUp);
    List<IpAddress> nameservers = names.nameservers();
    if (byNames && !nameservers.isEmpty() && nameservers.stream().allMatch(services::containsKey)) {
      findings.add(
          Finding.doubted(
              "names of Kafka are resolved by %s alone (%s)"
                  .formatted(
                      nameservers.getFirst(),
                      Optional.ofNullable(services.get(nameservers.getFirst())).orElse(""))));
    }
    return findings;
  }

  private Optional<Finding> byRange(String host, IpAddress address, boolean refused) {
    return serviceRanges.stream()
        .filter(range -> range.contains(address))
        .findFirst()
        .map(
            range -> {
              String what =
                  "Kafka's address %s is within the Service range %s"
                      .formatted(named(host, address), range);
              return refused ? Finding.refused(what) : Finding.doubted(what);
            });
  }

  private Optional<Finding> byName(String host) {
    if (!isLookedUp(host)) {
      return Optional.empty();
    }
    List<IpAddress> nameservers = names.nameservers();
    boolean clusterDnsAlone =
        !nameservers.isEmpty()
            && nameservers.stream()
                .allMatch(server -> serviceRanges.stream().anyMatch(r -> r.contains(server)));
    if (clusterDnsAlone) {
      return Optional.of(
          Finding.refused(
              "Kafka's name %s is resolved by %s alone, which is within the Service range"
                  .formatted(host, nameservers.getFirst())));
    }
    if (SERVICE_NAME.matcher(host.toLowerCase(Locale.ROOT)).matches()) {
      return Optional.of(Finding.doubted("Kafka's name " + host + " is one of cluster DNS"));
    }
    return names.clusterDomains().stream()
        .findFirst()
        .filter(domain -> !host.contains("."))
        .map(
            domain ->
                Finding.doubted(
                    "Kafka's name %s may be completed with %s, by cluster DNS"
                        .formatted(host, domain)));
  }

  /** Whether somebody has to be asked for its address. */
  private boolean isLookedUp(String host) {
    return address(host).isEmpty()
        && !host.equalsIgnoreCase("localhost")
        && !names.hosts().contains(host.toLowerCase(Locale.ROOT));
  }

  private static Map<IpAddress, String> clusterIps(ClusterImage image) {
    Map<IpAddress, String> services = new LinkedHashMap<>();
    for (var name : image.services()) {
      image
          .service(name)
          .map(Service::clusterIps)
          .orElse(List.of())
          .forEach(address -> services.put(address, "Service " + name));
    }
    return services;
  }

  private static String named(String host, IpAddress address) {
    return host.equals(address.toString()) ? host : address + " (" + host + ")";
  }

  private static Optional<IpAddress> address(String host) {
    try {
      return Optional.of(IpAddress.parse(host));
    } catch (InvalidObjectException e) {
      return Optional.empty();
    }
  }
}
