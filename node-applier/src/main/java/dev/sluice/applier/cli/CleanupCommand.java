package dev.sluice.applier.cli;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.host.Launch;
import dev.sluice.events.model.ProxyMode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code sluice cleanup}: removes all that is ours, and nothing else. */
@Command(
    name = "cleanup",
    mixinStandardHelpOptions = true,
    description = {
      "Removes Sluice's rules from this node's kernel, and nothing else.",
      "Stop the applier before."
    },
    footer = {"", "Example:", "  sluice cleanup --proxy-mode iptables"})
final class CleanupCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--proxy-mode",
      required = true,
      paramLabel = "MODE",
      converter = ModesConverter.class,
      description = {
        "What to remove: iptables (of either variant unless one is named),",
        "ipvs (not in this version), or all that this version has."
      })
  private Modes modes = new Modes(List.of());

  @Option(
      names = "--iptables-variant",
      paramLabel = "VARIANT",
      description = "legacy or nft. Default: both.")
  private Optional<Variant> variant = Optional.empty();

  /** What is to be removed. */
  record Modes(List<ProxyMode> modes) {}

  @Override
  public Integer call() throws IOException {
    boolean all = true;
    for (ProxyMode mode : modes.modes()) {
      all &= cleanup(mode).remove(spec.commandLine().getOut(), spec.commandLine().getErr());
    }
    return all ? 0 : Launch.FAILED;
  }

  private ModeCleanup cleanup(ProxyMode mode) {
    return switch (mode) {
      case IPTABLES -> new IptablesCleanup(variant);
      case IPVS -> throw new IllegalStateException("refused when it was parsed");
    };
  }

  /** Reads the modes to remove. */
  static final class ModesConverter implements ITypeConverter<Modes> {
    @Override
    public Modes convert(String text) {
      if (text.equals("all")) {
        return new Modes(KernelModes.built().able());
      }
      ProxyMode mode =
          ProxyMode.of(text)
              .orElseThrow(
                  () ->
                      new TypeConversionException(
                          "\"" + text + "\" is none of: iptables, ipvs, all"));
      KernelModes.built()
          .missing(mode)
          .ifPresent(
              reason -> {
                throw new TypeConversionException(reason);
              });
      return new Modes(List.of(mode));
    }
  }
}
