package dev.sluice.local.conformance;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.model.IpFamily;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** A way into the kernel that the suite runs for. */
public enum BackEnd implements Flavoured {
  IPTABLES_LEGACY(Variant.LEGACY),
  IPTABLES_NFT(Variant.NFT),
  /** With the tools whose kernel part every kernel with IPVS has that tests know of. */
  IPVS(Variant.LEGACY);

  /**
   * The system property that limits the suite: names of back ends, separated by commas, or {@code
   * none}. Not set or empty: those that every kernel has; IPVS is asked for where there is one.
   */
  public static final String PROPERTY = "conformance.backends";

  private final Variant variant;

  BackEnd(Variant variant) {
    this.variant = variant;
  }

  /** Which of the iptables tools it uses. */
  public Variant variant() {
    return variant;
  }

  @Override
  public BackEnd backend() {
    return this;
  }

  /** Both: who asks for a back end alone runs both families on it. */
  @Override
  public Set<IpFamily> families() {
    return EnumSet.allOf(IpFamily.class);
  }

  /**
   * The back ends that are asked for.
   *
   * @param names as {@link #PROPERTY} has them
   * @throws IllegalArgumentException for a name that no back end has
   */
  static Set<BackEnd> asked(String names) {
    if (names.isBlank()) {
      return EnumSet.of(IPTABLES_LEGACY, IPTABLES_NFT);
    } else if (names.equals("none")) {
      return EnumSet.noneOf(BackEnd.class);
    }
    return Arrays.stream(names.split(",", -1))
        .map(name -> named(name.strip()))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(BackEnd.class)));
  }

  /** The back ends that this run is limited to. */
  static Set<BackEnd> asked() {
    return asked(System.getProperty(PROPERTY, ""));
  }

  private static BackEnd named(String name) {
    List<BackEnd> all = List.of(values());
    return all.stream()
        .filter(backend -> backend.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no back end is called '" + name + "': " + all));
  }

  /** Such as {@code iptables-nft}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
