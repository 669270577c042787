package dev.sluice.applier.iptables;

import dev.sluice.applier.program.Program;
import java.util.Collection;

/** Chains that can't be removed, since rules of others lead to them. Pure. */
final class StuckChains {
  private StuckChains() {}

  /** A program with those of them that it does not use, empty. */
  static Program<IptablesKey, String> kept(
      Program<IptablesKey, String> program, Collection<IptablesKey> stuck) {
    Program<IptablesKey, String> kept = program;
    for (IptablesKey key : stuck) {
      kept = kept.get(key).isPresent() ? kept : kept.plus(key, "");
    }
    return kept;
  }
}
