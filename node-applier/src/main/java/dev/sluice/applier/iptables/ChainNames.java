package dev.sluice.applier.iptables;

import dev.sluice.applier.forwarding.Destination;
import dev.sluice.applier.forwarding.ServicePortName;
import dev.sluice.applier.forwarding.Verdict.EndpointSet;
import dev.sluice.applier.program.Sha256;
import java.math.BigInteger;
import java.util.List;

/**
 * What our chains are called: kube-proxy's names where it has the chain, so that what operators
 * know stays true and a node can be taken over in place (kubernetes pkg/proxy/iptables/proxier.go).
 * Public for those who measure kube-proxy's layout beside ours, or look into chains. Pure.
 */
public final class ChainNames {
  public static final String SERVICES = "KUBE-SERVICES";
  static final String EXTERNAL_SERVICES = "KUBE-EXTERNAL-SERVICES";
  static final String NODE_PORTS = "KUBE-NODEPORTS";
  public static final String POSTROUTING = "KUBE-POSTROUTING";
  static final String FORWARD = "KUBE-FORWARD";
  public static final String FIREWALL = "KUBE-PROXY-FIREWALL";
  public static final String CANARY = "KUBE-PROXY-CANARY";
  static final String LOCALNET = "KUBE-LOCALNET";
  public static final String MARK_MASQ = "KUBE-MARK-MASQ";
  static final String HAIRPIN = "KUBE-HAIRPIN";

  // of the IPVS mode, whose rules ask sets (kubernetes pkg/proxy/ipvs/proxier.go)
  public static final String IPVS_NODE_PORT = "KUBE-NODE-PORT";
  public static final String IPVS_LOAD_BALANCER = "KUBE-LOAD-BALANCER";
  public static final String IPVS_SOURCE_RANGES = "KUBE-SOURCE-RANGES-FIREWALL";
  public static final String IPVS_FILTER = "KUBE-IPVS-FILTER";
  public static final String IPVS_MARK = "KUBE-IPVS-MARK";
  public static final String IPVS_MARK_OUTPUT = "KUBE-IPVS-MARK-OUTPUT";

  static final String REJECT = "KUBE-REJECT-";
  static final String REJECT_NODE_PORTS = REJECT + "NODEPORTS";

  private static final List<String> FIXED =
      List.of(
          SERVICES,
          EXTERNAL_SERVICES,
          NODE_PORTS,
          POSTROUTING,
          MARK_MASQ,
          HAIRPIN,
          FORWARD,
          FIREWALL,
          CANARY,
          LOCALNET,
          IPVS_NODE_PORT,
          IPVS_LOAD_BALANCER,
          IPVS_SOURCE_RANGES,
          IPVS_FILTER,
          IPVS_MARK,
          IPVS_MARK_OUTPUT,
          // kube-proxy's own of that mode, which a take-over finds
          "KUBE-IPVS-OUT-FILTER");

  private static final List<String> PREFIXES =
      List.of(
          "KUBE-SVC-",
          "KUBE-SVL-",
          "KUBE-EXT-",
          "KUBE-FW-",
          "KUBE-SEP-",
          "KUBE-DST-",
          "KUBE-EDST-",
          "KUBE-FDST-",
          "KUBE-SRC-",
          "KUBE-NODEPORTS-",
          REJECT);

  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private ChainNames() {}

  /** Whether a chain is ours to change and to remove; kubelet's and others' are not. */
  public static boolean ours(String chain) {
    return FIXED.contains(chain) || PREFIXES.stream().anyMatch(chain::startsWith);
  }

  /** The chain that balances over one of the Service port's endpoint sets. */
  static String of(EndpointSet set, ServicePortName name) {
    return switch (set) {
      case CLUSTER -> service(name);
      case LOCAL -> "KUBE-SVL-" + hash(name);
    };
  }

  /** The chain that balances over the Service port's endpoints of the whole cluster. */
  public static String service(ServicePortName name) {
    return "KUBE-SVC-" + hash(name);
  }

  /** The chain that lets in only those who may use the Service port's load balancer. */
  static String firewall(ServicePortName name) {
    return "KUBE-FW-" + hash(name);
  }

  /** The chain of one endpoint, which the list of clients that stick to it is named after. */
  public static String endpoint(ServicePortName name, Destination destination) {
    return "KUBE-SEP-" + hash(name + name.protocol().lowerCase() + destination);
  }

  /** The chain for traffic to the Service port from outside the cluster. */
  static String external(ServicePortName name) {
    return "KUBE-EXT-" + hash(name);
  }

  private static String hash(ServicePortName name) {
    return hash(name + name.protocol().lowerCase());
  }

  /** The first 16 characters of base32 of sha256. */
  static String hash(String text) {
    BigInteger bits = new BigInteger(1, Sha256.of(text)).shiftRight(256 - 16 * 5);
    StringBuilder result = new StringBuilder(16);
    for (int i = 15; i >= 0; i--) {
      result.append(BASE32.charAt(bits.shiftRight(5 * i).intValue() & 31));
    }
    return result.toString();
  }
}
