package dev.sluice.applier.program;

import dev.sluice.events.model.ProxyMode;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which modes can be used on a node.
 *
 * @param missing what is missing, in words, for each mode that can't be used
 */
public record ModeAbilities(Map<ProxyMode, String> missing) {
  public ModeAbilities {
    EnumMap<ProxyMode, String> copy = new EnumMap<>(ProxyMode.class);
    copy.putAll(missing);
    missing = Collections.unmodifiableMap(copy);
  }

  /** What a mode lacks; empty where it can be used. */
  public Optional<String> missing(ProxyMode mode) {
    return Optional.ofNullable(missing.get(mode));
  }

  /** The modes that can be used. */
  public List<ProxyMode> able() {
    return Arrays.stream(ProxyMode.values()).filter(mode -> missing(mode).isEmpty()).toList();
  }
}
