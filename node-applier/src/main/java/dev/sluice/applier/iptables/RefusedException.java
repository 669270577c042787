package dev.sluice.applier.iptables;

import dev.sluice.applier.iptables.IptablesKey.ChainKey;
import java.io.IOException;
import java.util.Optional;

/** The restore tool has not carried out a script. */
final class RefusedException extends IOException {
  private static final long serialVersionUID = 1;
  private static final String DELETION = "-X ";

  private final transient Optional<Place> place;

  /**
   * Where in the script.
   *
   * @param line of the script, as it is there; {@code COMMIT} where the tool can't tell which one
   *     the kernel refused
   */
  record Place(Table table, String line) {}

  RefusedException(String message, Optional<Place> place) {
    super(message);
    this.place = place;
  }

  Optional<Place> place() {
    return place;
  }

  /** The chain that was to be removed, but that rules of others still lead to; else empty. */
  Optional<IptablesKey> deletedChain() {
    return place
        .filter(at -> at.line().startsWith(DELETION))
        .map(at -> new ChainKey(at.table(), at.line().substring(DELETION.length())));
  }
}
