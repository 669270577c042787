package dev.sluice.applier.cli;

import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.ipvs.IpvsOptions;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.ModeAbilities;
import dev.sluice.applier.runtime.ModeBackends;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ProxyMode;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The modes that this program has, on this node. */
final class KernelModes {
  private final Map<ProxyMode, ModeSupport> supports = new EnumMap<>(ProxyMode.class);

  KernelModes(KernelOptions kernel, IptablesOptions iptables, IpvsFlags flags, IpvsOptions ipvs) {
    // every mode that this program has is plugged in here, and nowhere else
    supports.put(ProxyMode.IPTABLES, new IptablesMode(kernel, iptables));
    supports.put(ProxyMode.IPVS, new IpvsMode(kernel, flags, ipvs));
  }

  /** What this program has, whatever the kernel. */
  static ModeAbilities built() {
    return new ModeAbilities(Map.of());
  }

  /** What this node can do. Asks the kernel; changes nothing. */
  ModeAbilities abilities() {
    Map<ProxyMode, String> missing = new EnumMap<>(ProxyMode.class);
    for (ProxyMode mode : ProxyMode.values()) {
      Optional.ofNullable(supports.get(mode))
          .map(ModeSupport::missing)
          .orElseGet(() -> Optional.of(notBuilt(mode)))
          .ifPresent(reason -> missing.put(mode, reason));
    }
    return new ModeAbilities(missing);
  }

  /**
   * Checks that what is asked for can be done here.
   *
   * @param asked empty: auto, which may come to mean iptables at any time
   * @throws IOException naming what is missing
   */
  static void check(Optional<ProxyMode> asked, ModeAbilities abilities) throws IOException {
    Optional<String> missing = abilities.missing(asked.orElse(ProxyMode.IPTABLES));
    if (missing.isPresent()) {
      String mode = asked.map(ProxyMode::toString).orElse("auto, which needs iptables");
      String hint =
          missing.get().contains("(module ")
              ? "; " + PrepareNodeCommand.NAME + " with the same flags loads modules"
              : "";
      throw new IOException("--proxy-mode %s: %s%s".formatted(mode, missing.get(), hint));
    }
  }

  /** The back ends of those that this node can do. */
  ModeBackends backends(ModeAbilities abilities, ModeSupport.Setting setting) {
    return new ModeBackends() {
      @Override
      public List<IpFamily> families() {
        return setting.families();
      }

      @Override
      public ModeAbilities abilities() {
        return abilities;
      }

      @Override
      public List<Backend> start(ProxyMode mode) throws IOException {
        ModeSupport support = supports.get(mode);
        if (support == null) {
          throw new IOException(notBuilt(mode));
        }
        return support.start(setting);
      }
    };
  }

  private static String notBuilt(ProxyMode mode) {
    return "this version has no " + mode;
  }
}
