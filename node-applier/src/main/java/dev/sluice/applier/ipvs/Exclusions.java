package dev.sluice.applier.ipvs;

import dev.sluice.events.model.Cidr;
import java.util.List;

/**
 * Whose virtual servers are never removed, but for those that we have written down as ours.
 *
 * @param ranges of their addresses
 */
public record Exclusions(List<Cidr> ranges) {
  public static final Exclusions NONE = new Exclusions(List.of());

  public Exclusions {
    ranges = List.copyOf(ranges);
  }

  boolean contains(ServerKey server) {
    return switch (server) {
      case ServerKey.ToAddress(var _, var address, int _) ->
          ranges.stream().anyMatch(range -> range.contains(address));
      case ServerKey.Marked _ -> false;
    };
  }
}
