package dev.sluice.applier.runtime;

import dev.sluice.applier.program.ModeChoice;
import dev.sluice.events.model.ProxyMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which mode forwards, and what becomes of the others. Immutable.
 *
 * @param choice the mode that is wanted
 * @param active the mode that the kernel is kept up to date by; empty before the first attempt
 * @param leaving modes that give way, as long as open connections need them
 * @param error why the wanted mode could not be brought up; empty if it could
 */
public record ModeStatus(
    ModeChoice choice,
    Optional<ProxyMode> active,
    List<ProxyMode> leaving,
    Optional<String> error) {
  public ModeStatus {
    leaving = List.copyOf(leaving);
  }

  static ModeStatus wanted(ModeChoice choice) {
    return new ModeStatus(choice, Optional.empty(), List.of(), Optional.empty());
  }

  ModeStatus withChoice(ModeChoice wanted) {
    return new ModeStatus(wanted, active, leaving, error);
  }

  /** Whether another mode is to take over. */
  boolean turning() {
    return active.filter(mode -> mode != choice.mode()).isPresent();
  }

  /** For the health pages. */
  void addTo(Map<String, Object> body) {
    body.put("mode", active.orElse(choice.mode()).toString());
    body.put("modeReason", choice.reason());
    if (turning()) {
      body.put("modeWanted", choice.mode().toString());
    }
    error.ifPresent(reason -> body.put("modeError", reason));
    if (!leaving.isEmpty()) {
      body.put("modesLeaving", leaving.stream().map(ProxyMode::toString).toList());
    }
  }
}
