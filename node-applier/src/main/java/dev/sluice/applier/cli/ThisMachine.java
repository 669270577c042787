package dev.sluice.applier.cli;

import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Node;
import java.io.IOException;
import java.net.NetworkInterface;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether this machine is a certain node. Blocks. */
final class ThisMachine {
  private ThisMachine() {}

  /**
   * Whether one of the node's addresses is here.
   *
   * @throws IOException if this machine's addresses can't be read
   */
  static boolean is(Node node) throws IOException {
    Set<IpAddress> here =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .map(address -> IpAddress.parse(address.getHostAddress().replaceFirst("%.*", "")))
            .collect(Collectors.toSet());
    return node.addresses().stream().anyMatch(address -> here.contains(address.address()));
  }
}
