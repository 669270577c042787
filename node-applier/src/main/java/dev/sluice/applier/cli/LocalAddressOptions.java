package dev.sluice.applier.cli;

import dev.sluice.events.model.InvalidObjectException;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.NodeAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which addresses a node has that is not the one this runs on. */
final class LocalAddressOptions {
  @Option(
      names = "--local-address",
      split = ",",
      paramLabel = "ADDRESS",
      description = "Addresses that the node has besides those of its Node object.")
  private List<String> addresses = List.of();

  /** In place of addresses: there is none. */
  static final String NONE = "none";

  @Option(
      names = "--node-addresses",
      split = ",",
      paramLabel = "ADDRESS",
      description = {
        "All addresses that the node has, whatever its Node object says; none: it has none.",
        "Default: those of its Node object, and --local-address."
      })
  private List<String> all = List.of();

  /**
   * All of them.
   *
   * @throws ParameterException if one that was given is none
   */
  Set<IpAddress> of(Node node, CommandLine command) {
    Set<IpAddress> local = new HashSet<>();
    if (all.isEmpty()) {
      node.addresses().stream().map(NodeAddress::address).forEach(local::add);
    }
    List<String> given = new ArrayList<>(addresses);
    given.addAll(all.equals(List.of(NONE)) ? List.of() : all);
    for (String text : given) {
      try {
        local.add(IpAddress.parse(text));
      } catch (InvalidObjectException e) {
        throw new ParameterException(command, String.valueOf(e.getMessage()), e);
      }
    }
    return local;
  }
}
