package dev.sluice.applier.cli;

import dev.sluice.events.model.InvalidObjectException;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Node;
import dev.sluice.events.model.NodeAddress;
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

  /**
   * All of them.
   *
   * @throws ParameterException if one that was given is none
   */
  Set<IpAddress> of(Node node, CommandLine command) {
    Set<IpAddress> local = new HashSet<>();
    node.addresses().stream().map(NodeAddress::address).forEach(local::add);
    for (String text : addresses) {
      try {
        local.add(IpAddress.parse(text));
      } catch (InvalidObjectException e) {
        throw new ParameterException(command, String.valueOf(e.getMessage()), e);
      }
    }
    return local;
  }
}
