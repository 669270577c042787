package dev.sluice.applier.preparation;

import java.util.List;

/**
 * A module that the kernel should have. Pure.
 *
 * @param name as the kernel itself asks for it, so that it means the same to every version
 * @param parameters as {@code name=value}, for when it is not loaded yet
 * @param needed what it is needed for, if it is not needed always; empty: always
 */
public record KernelModule(String name, List<String> parameters, String needed) {
  public KernelModule {
    parameters = List.copyOf(parameters);
  }

  static KernelModule of(String name) {
    return new KernelModule(name, List.of(), "");
  }

  static KernelModule only(String name, String needed) {
    return new KernelModule(name, List.of(), needed);
  }

  /** Whether a node can do its work without. */
  public boolean optional() {
    return !needed.isEmpty();
  }

  /** The same, which a node can do without, but for this. */
  KernelModule optional(String without) {
    return optional() ? this : new KernelModule(name, parameters, without);
  }
}
