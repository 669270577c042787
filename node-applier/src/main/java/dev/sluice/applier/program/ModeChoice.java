package dev.sluice.applier.program;

import dev.sluice.events.event.Head;
import dev.sluice.events.model.ProxyMode;
import java.util.Optional;

/**
 * The mode that a node uses.
 *
 * @param reason why, in words
 */
public record ModeChoice(ProxyMode mode, String reason) {

  /**
   * Chooses. Pure.
   *
   * @param asked the mode that was named; empty: auto
   * @param head what the log says
   */
  public static ModeChoice of(
      Optional<ProxyMode> asked, Optional<Head> head, ModeAbilities abilities) {
    return asked
        .map(mode -> new ModeChoice(mode, "--proxy-mode names it"))
        .orElseGet(() -> auto(head, abilities));
  }

  private static ModeChoice auto(Optional<Head> head, ModeAbilities abilities) {
    Optional<String> decided = head.flatMap(Head::proxyMode);
    if (decided.isEmpty()) {
      return iptables("auto, and the log has decided nothing yet");
    }
    String text = decided.get();
    String since =
        head.flatMap(Head::proxyModeReason).map(reason -> ", decided " + reason).orElse("");
    String because = "auto means " + text + since;
    Optional<ProxyMode> mode = ProxyMode.of(text);
    if (mode.isEmpty()) {
      return iptables(because + "; but this version does not know that mode");
    }
    return abilities
        .missing(mode.get())
        .map(missing -> iptables(because + "; but here it can't be used: " + missing))
        .orElseGet(() -> new ModeChoice(mode.get(), because));
  }

  private static ModeChoice iptables(String reason) {
    return new ModeChoice(ProxyMode.IPTABLES, reason);
  }
}
