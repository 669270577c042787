package dev.sluice.watcher.cli;

import dev.sluice.events.event.AutoMode;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The limits by which the mode auto is decided; a picocli mixin. */
final class AutoModeOptions {
  @Option(
      names = "--auto-mode-services",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "From so many Services on, of those that a proxy serves, appliers with --proxy-mode auto"
              + " use IPVS (default: ${DEFAULT-VALUE}).")
  private int ipvsFrom = AutoMode.DEFAULT.ipvsFrom();

  @Option(
      names = "--auto-mode-services-back",
      paramLabel = "N",
      defaultValue = "800",
      description =
          "Below so many they go back to iptables; at most --auto-mode-services (default:"
              + " ${DEFAULT-VALUE}).")
  private int iptablesBelow = AutoMode.DEFAULT.iptablesBelow();

  /**
   * What they say.
   *
   * @throws ParameterException if one is below 1, or they are the wrong way round
   */
  AutoMode limits(CommandLine command) {
    if (iptablesBelow < 1 || ipvsFrom < iptablesBelow) {
      throw new ParameterException(
          command,
          "--auto-mode-services-back %d: it must be 1 to --auto-mode-services, which is %d"
              .formatted(iptablesBelow, ipvsFrom));
    }
    return new AutoMode(ipvsFrom, iptablesBelow);
  }
}
