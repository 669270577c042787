package dev.sluice.applier.preparation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One preparation of a node: what it did, line by line, and what is missing all the same. */
public final class Preparation {
  private final ModuleLoader modules;
  private final SysctlFiles sysctls;
  private final boolean dryRun;
  private final Consumer<String> lines;
  private final List<String> missing = new ArrayList<>();
  private int changed;
  private int asWanted;
  private int without;

  /**
   * @param dryRun whether nothing is changed
   * @param lines takes what became of each, a line each
   */
  public Preparation(
      ModuleLoader modules, SysctlFiles sysctls, boolean dryRun, Consumer<String> lines) {
    this.modules = modules;
    this.sysctls = sysctls;
    this.dryRun = dryRun;
    this.lines = lines;
  }

  /** Loads a module that is not there. */
  public void load(KernelModule module) {
    String name = "module " + module.name();
    String with = module.parameters().isEmpty() ? "" : " " + String.join(" ", module.parameters());
    switch (dryRun ? modules.look(module) : modules.load(module)) {
      case ModuleLoader.Outcome.There _ -> asWanted(name + ": there");
      case ModuleLoader.Outcome.NoModules _ ->
          asWanted(name + ": not loaded, as this kernel takes no modules");
      case ModuleLoader.Outcome.Absent _ -> changed(name + ": would be loaded" + with);
      case ModuleLoader.Outcome.Loaded _ -> changed(name + ": loaded" + with);
      case ModuleLoader.Outcome.Failed(KernelModule _, String reason) -> {
        if (module.optional()) {
          without++;
          lines.accept(
              "%s: not loaded, only %s needs it: %s".formatted(name, module.needed(), reason));
        } else {
          failed(name, name + ": not loaded: " + reason);
        }
      }
    }
  }

  /** Sets a parameter that differs. */
  public void set(Sysctl sysctl) {
    String name = "sysctl " + sysctl.name();
    String wanted = (sysctl.atLeast() ? " >= " : " = ") + sysctl.value();
    switch (dryRun ? sysctls.look(sysctl) : sysctls.set(sysctl)) {
      case SysctlFiles.Outcome.AsWanted(Sysctl _, long found) ->
          asWanted("%s%s: it is %d".formatted(name, wanted, found));
      case SysctlFiles.Outcome.Different(Sysctl _, long before) ->
          changed(
              "%s%s: %s, it was %d"
                  .formatted(name, wanted, dryRun ? "would be set" : "set", before));
      case SysctlFiles.Outcome.Failed(Sysctl _, String _, String reason) when dryRun ->
          // its module may only be about to be loaded
          changed("%s%s: would be set, now it can't be read: %s".formatted(name, wanted, reason));
      case SysctlFiles.Outcome.Failed(Sysctl _, String before, String reason) ->
          failed(
              name + wanted, "%s%s: not set, it is %s: %s".formatted(name, wanted, before, reason));
    }
  }

  /** The names of what is needed, and is not there. */
  public List<String> missing() {
    return List.copyOf(missing);
  }

  /** What was done, in one line. */
  public String summary() {
    return "%d %s, %d as wanted, %d not needed by all, %d missing"
        .formatted(changed, dryRun ? "to change" : "changed", asWanted, without, missing.size());
  }

  private void asWanted(String line) {
    asWanted++;
    lines.accept(line);
  }

  private void changed(String line) {
    changed++;
    lines.accept(line);
  }

  private void failed(String name, String line) {
    missing.add(name);
    lines.accept(line);
  }
}
