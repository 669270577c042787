package dev.sluice.applier.cli;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodeConfig.DetectLocal;
import dev.sluice.applier.forwarding.NodeConfig.NodePorts;
import dev.sluice.applier.iptables.IptablesOptions;
import dev.sluice.applier.program.ModeChoice;
import dev.sluice.events.event.Head;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.ProxyMode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** What shapes the rules, called as kube-proxy calls it. */
final class ProxyOptions {
  private static final String PRIMARY = "primary";
  private static final String AUTO = "auto";

  /** How pods are told. */
  enum DetectLocalMode {
    CLUSTER_CIDR("ClusterCIDR"),
    NODE_CIDR("NodeCIDR"),
    BRIDGE_INTERFACE("BridgeInterface"),
    INTERFACE_NAME_PREFIX("InterfaceNamePrefix");

    private final String flag;

    DetectLocalMode(String flag) {
      this.flag = flag;
    }

    /** The flag's spelling. */
    @Override
    public String toString() {
      return flag;
    }
  }

  @Option(
      names = "--proxy-mode",
      defaultValue = AUTO,
      paramLabel = "MODE",
      converter = ModeConverter.class,
      description =
          "The kernel interface that forwards: auto, iptables or ipvs (not in this version). auto is"
              + " what the watcher decides by the number of Services, where the node can do it."
              + " Default: auto.")
  AskedMode mode = AskedMode.AUTO;

  @Option(
      names = "--detect-local-mode",
      paramLabel = "MODE",
      converter = DetectLocalConverter.class,
      description = {
        "How packets of pods are told, other ClusterIP traffic is masqueraded:",
        "ClusterCIDR (--cluster-cidr), NodeCIDR (the Node's podCIDRs), BridgeInterface",
        "(--pod-bridge-interface) or InterfaceNamePrefix (--pod-interface-name-prefix).",
        "Default: ClusterCIDR."
      })
  DetectLocalMode detectLocal = DetectLocalMode.CLUSTER_CIDR;

  @Option(
      names = "--cluster-cidr",
      split = ",",
      paramLabel = "CIDR",
      converter = CidrConverter.class,
      description = "Where pods have their addresses, one range a family.")
  List<Cidr> clusterCidrs = List.of();

  @Option(
      names = "--pod-bridge-interface",
      paramLabel = "NAME",
      description = "The bridge that this node's pods are behind.")
  String podBridge = "";

  @Option(
      names = "--pod-interface-name-prefix",
      paramLabel = "PREFIX",
      description = "What the names of this node's interfaces to pods begin with.")
  String podInterfaces = "";

  @Option(names = "--masquerade-all", description = "Masquerade all traffic to ClusterIPs.")
  boolean masqueradeAll;

  @Option(
      names = "--nodeport-addresses",
      split = ",",
      paramLabel = "CIDR",
      description = {
        "The ranges of local addresses that node ports are on, or primary: the Node's first",
        "InternalIP of each family. Default: every local address."
      })
  List<String> nodePortAddresses = List.of();

  @Option(
      names = "--iptables-localhost-nodeports",
      arity = "0..1",
      defaultValue = "true",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = {
        "Node ports on 127.0.0.1 too; needs sysctl net.ipv4.conf.all.route_localnet, which is set.",
        "Default: true."
      })
  boolean localhostNodePorts = true;

  @Option(
      names = "--iptables-masquerade-bit",
      defaultValue = "14",
      paramLabel = "BIT",
      description = "The bit of the packet mark that asks for masquerading, 0 to 31. Default: 14.")
  int masqueradeBit = IptablesOptions.DEFAULT_MASQUERADE_BIT;

  /**
   * What these flags say of the node.
   *
   * @throws ParameterException if they contradict each other
   */
  NodeConfig node(CommandLine command) {
    try {
      return new NodeConfig(masqueradeAll, detectLocal(), nodePorts(), localhostNodePorts);
    } catch (IllegalArgumentException e) {
      throw wrong(command, e);
    }
  }

  /**
   * What they say of iptables.
   *
   * @throws ParameterException if a value is out of its range
   */
  IptablesOptions iptables(CommandLine command) {
    try {
      return new IptablesOptions(masqueradeBit, false);
    } catch (IllegalArgumentException e) {
      throw wrong(command, e);
    }
  }

  /**
   * The mode that a node with these flags uses, of those that this version has.
   *
   * @param head decides for auto
   * @throws ParameterException if the one that is named is none of them
   */
  ModeChoice choice(CommandLine command, Optional<Head> head) {
    mode.named()
        .flatMap(KernelModes.built()::missing)
        .ifPresent(
            reason -> {
              throw new ParameterException(command, "--proxy-mode: " + reason);
            });
    return ModeChoice.of(mode.named(), head, KernelModes.built());
  }

  private static ParameterException wrong(CommandLine command, IllegalArgumentException e) {
    return new ParameterException(command, String.valueOf(e.getMessage()), e);
  }

  private DetectLocal detectLocal() {
    reject(DetectLocalMode.BRIDGE_INTERFACE, "--pod-bridge-interface", !podBridge.isEmpty());
    reject(
        DetectLocalMode.INTERFACE_NAME_PREFIX,
        "--pod-interface-name-prefix",
        !podInterfaces.isEmpty());
    return switch (detectLocal) {
      case CLUSTER_CIDR -> new DetectLocal.ClusterCidrs(clusterCidrs);
      case NODE_CIDR -> new DetectLocal.NodeCidrs();
      case BRIDGE_INTERFACE ->
          new DetectLocal.BridgeInterface(needed(podBridge, "--pod-bridge-interface"));
      case INTERFACE_NAME_PREFIX ->
          new DetectLocal.InterfaceNamePrefix(needed(podInterfaces, "--pod-interface-name-prefix"));
    };
  }

  /** But a range of pods may be given in any mode: the cluster has it whatever the mode. */
  private void reject(DetectLocalMode mode, String option, boolean given) {
    if (given && detectLocal != mode) {
      throw new IllegalArgumentException(
          option + " is of no use with --detect-local-mode " + detectLocal);
    }
  }

  private String needed(String value, String option) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("--detect-local-mode " + detectLocal + " needs " + option);
    }
    return value;
  }

  private NodePorts nodePorts() {
    if (nodePortAddresses.isEmpty()) {
      return new NodePorts.All();
    } else if (nodePortAddresses.equals(List.of(PRIMARY))) {
      return new NodePorts.Primary();
    } else if (nodePortAddresses.contains(PRIMARY)) {
      throw new IllegalArgumentException(
          "--nodeport-addresses " + String.join(",", nodePortAddresses) + ": ranges, or primary");
    }
    return new NodePorts.InRanges(nodePortAddresses.stream().map(Cidr::parse).toList());
  }

  /**
   * The mode that is asked for.
   *
   * @param named empty: auto
   */
  record AskedMode(Optional<ProxyMode> named) {
    static final AskedMode AUTO = new AskedMode(Optional.empty());
  }

  /** Reads a mode as kube-proxy spells it. */
  static final class ModeConverter implements ITypeConverter<AskedMode> {
    @Override
    public AskedMode convert(String text) {
      return text.equals(AUTO) ? AskedMode.AUTO : new AskedMode(Optional.of(mode(text)));
    }

    private static ProxyMode mode(String text) {
      return ProxyMode.of(text)
          .orElseThrow(
              () ->
                  new TypeConversionException("\"" + text + "\" is none of: auto, iptables, ipvs"));
    }
  }

  /** Reads a mode as kube-proxy spells it. */
  static final class DetectLocalConverter implements ITypeConverter<DetectLocalMode> {
    @Override
    public DetectLocalMode convert(String text) {
      List<DetectLocalMode> modes = List.of(DetectLocalMode.values());
      return modes.stream()
          .filter(mode -> mode.toString().equals(text))
          .findFirst()
          .orElseThrow(
              () -> new TypeConversionException("\"" + text + "\" is none of: " + names()));
    }

    private static String names() {
      return String.join(
          ", ", Arrays.stream(DetectLocalMode.values()).map(DetectLocalMode::toString).toList());
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
