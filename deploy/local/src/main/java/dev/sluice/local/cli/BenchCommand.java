package dev.sluice.local.cli;

import picocli.CommandLine.Command;

/** {@code sluice-local bench}: the measurements. */
@Command(
    name = "bench",
    description = "Measures Sluice on this machine. Needs root.",
    mixinStandardHelpOptions = true,
    subcommands = {
      LatencyCommand.class,
      IptablesCommand.class,
      ModesCommand.class,
      IpvsCommand.class,
      ChangeCommand.class,
      DriftCommand.class,
      LogCommand.class,
      FootprintCommand.class
    },
    footer = {"", "Example:", "  sluice-local bench latency --services 1000"})
final class BenchCommand {}
