package dev.sluice.applier.cli;

import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.events.model.Cidr;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What shapes the rules, called as kube-proxy calls it. */
final class ProxyOptions {
  /** The kernel interfaces there are. */
  enum ProxyMode {
    IPTABLES
  }

  @Option(
      names = "--proxy-mode",
      required = true,
      paramLabel = "MODE",
      converter = ModeConverter.class,
      description = "The kernel interface that forwards: iptables.")
  ProxyMode mode = ProxyMode.IPTABLES;

  @Option(
      names = "--cluster-cidr",
      split = ",",
      paramLabel = "CIDR",
      converter = CidrConverter.class,
      description = {
        "Where pods have their addresses, one range a family.",
        "ClusterIP traffic from elsewhere is masqueraded."
      })
  List<Cidr> clusterCidrs = List.of();

  @Option(names = "--masquerade-all", description = "Masquerade all traffic to ClusterIPs.")
  boolean masqueradeAll;

  @Option(
      names = "--nodeport-addresses",
      split = ",",
      paramLabel = "CIDR",
      converter = CidrConverter.class,
      description = {
        "The ranges of local addresses that node ports are on.",
        "Default: every local address but loopback ones."
      })
  List<Cidr> nodePortAddresses = List.of();

  @Option(
      names = "--iptables-masquerade-bit",
      defaultValue = "14",
      paramLabel = "BIT",
      description = "The bit of the packet mark that asks for masquerading, 0 to 31. Default: 14.")
  int masqueradeBit = IptablesOptions.DEFAULT_MASQUERADE_BIT;

  IptablesOptions iptables(CommandLine command) {
    try {
      return new IptablesOptions(masqueradeAll, clusterCidrs, nodePortAddresses, masqueradeBit);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(command, String.valueOf(e.getMessage()), e);
    }
  }

  /** Reads a mode as kube-proxy spells it. */
  static final class ModeConverter implements ITypeConverter<ProxyMode> {
    @Override
    public ProxyMode convert(String text) {
      if (text.equals("iptables")) {
        return ProxyMode.IPTABLES;
      }
      throw new TypeConversionException("\"" + text + "\" is none of: iptables");
    }
  }

  /** Reads an address range. */
  static final class CidrConverter implements ITypeConverter<Cidr> {
    @Override
    public Cidr convert(String text) {
      try {
        return Cidr.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
