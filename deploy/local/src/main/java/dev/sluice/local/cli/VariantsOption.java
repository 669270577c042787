package dev.sluice.local.cli;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import java.util.List;
import picocli.CommandLine.Option;

/** Which iptables are measured; a picocli mixin. */
final class VariantsOption {
  @Option(
      names = "--variants",
      split = ",",
      defaultValue = "legacy,nft",
      paramLabel = "VARIANT",
      description = "Variants of iptables (default: ${DEFAULT-VALUE}).")
  private List<Variant> variants = List.of();

  /** In the order given. */
  List<Variant> all() {
    return List.copyOf(variants);
  }
}
