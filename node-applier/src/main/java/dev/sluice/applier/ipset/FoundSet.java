package dev.sluice.applier.ipset;

import dev.sluice.events.model.IpFamily;
import java.util.Optional;

/**
 * A set that the kernel has, whoever made it.
 *
 * @param type as the kernel calls it
 * @param family of the addresses; empty: it holds none
 * @param marks whether elements hold packet marks
 * @param timeouts whether elements may vanish by themselves
 * @param most how many elements there may be; 0: not said
 */
public record FoundSet(
    String type, Optional<IpFamily> family, boolean marks, boolean timeouts, int most) {

  /** Whether it can hold what a definition is for, for good. */
  public boolean serves(SetDefinition definition) {
    boolean sameFamily =
        definition.type() == SetType.BITMAP_PORT || family.equals(Optional.of(definition.family()));
    return type.equals(definition.type().toString())
        && sameFamily
        && marks == definition.marks()
        && !timeouts;
  }
}
