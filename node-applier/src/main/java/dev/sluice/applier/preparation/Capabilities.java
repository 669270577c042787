package dev.sluice.applier.preparation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a process may do, and what the ways to write rules need of that; tried out one by one, see
 * deploy/docs/security.md.
 */
public final class Capabilities {
  /** iptables-nft speaks to the kernel by netlink. */
  public static final Set<Capability> IPTABLES_NFT = EnumSet.of(Capability.NET_ADMIN);

  /** iptables-legacy opens a raw socket to read and write its tables. */
  public static final Set<Capability> IPTABLES_LEGACY =
      EnumSet.of(Capability.NET_ADMIN, Capability.NET_RAW);

  /** So does the match of either variant that asks for a set, and IPVS mode's rules have it. */
  public static final Set<Capability> IPVS = IPTABLES_LEGACY;

  private static final Pattern EFFECTIVE =
      Pattern.compile("^CapEff:\\s*([0-9a-fA-F]{1,16})$", Pattern.MULTILINE);

  private Capabilities() {}

  /**
   * What this process has.
   *
   * @param root the root of the file system; another one in tests
   * @return empty where it can't be told
   */
  public static Optional<Set<Capability>> here(Path root) {
    Path status = root.resolve("proc/self/status");
    try {
      return of(Files.readString(status));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** What the text of a /proc/PID/status says that the process has. */
  static Optional<Set<Capability>> of(String status) {
    Matcher matcher = EFFECTIVE.matcher(status);
    if (!matcher.find()) {
      return Optional.empty();
    }
    long mask = Long.parseUnsignedLong(matcher.group(1), 16);
    return Optional.of(
        Arrays.stream(Capability.values())
            .filter(one -> one.in(mask))
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Capability.class))));
  }

  /**
   * What is lacking, in words.
   *
   * @param what needs them
   * @param had by this process; empty: not known, so nothing is said
   * @return empty where nothing is
   */
  public static Optional<String> lacking(
      String what, Set<Capability> needed, Optional<Set<Capability>> had) {
    List<String> missing =
        needed.stream()
            .filter(one -> had.isPresent() && !had.get().contains(one))
            .map(Capability::name)
            .toList();
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s needs %s, which this process does not have: give it to the container"
                    .formatted(what, "the capability " + String.join(" and ", missing))
                + " (securityContext.capabilities.add)");
  }
}
