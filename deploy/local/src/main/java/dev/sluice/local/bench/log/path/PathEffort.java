package dev.sluice.local.bench.log.path;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.local.bench.Pace;
import java.time.Duration;
import java.util.List;

/**
 * How much is measured.
 *
 * @param variants of iptables
 * @param services in the cluster, 1 to 10,000
 * @param endpoints of each Service, 1 to 30
 * @param rates changes a second, each 1 or more
 * @param period how long each rate is measured; for at least 30 changes
 */
public record PathEffort(
    List<Variant> variants, int services, int endpoints, List<Integer> rates, Duration period) {
  private static final int LEAST = 30;

  /**
   * @throws IllegalArgumentException if there can't be such a cluster, or nothing is to be measured
   */
  public PathEffort {
    variants = List.copyOf(variants);
    rates = List.copyOf(rates);
    if (services < 1 || services > 10_000 || endpoints < 1 || endpoints > 30) {
      throw new IllegalArgumentException(
          "%d services of %d endpoints: 1 to 10000 of 1 to 30 are possible"
              .formatted(services, endpoints));
    }
    if (rates.stream().anyMatch(rate -> rate < 1) || period.toSeconds() < 1) {
      throw new IllegalArgumentException("1 or more changes a second for 1 s or longer");
    }
  }

  Pace pace(int rate) {
    return Pace.of(rate, period, LEAST);
  }
}
