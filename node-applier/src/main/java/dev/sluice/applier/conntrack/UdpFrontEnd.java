package dev.sluice.applier.conntrack;

import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import java.util.Optional;

/**
 * Where UDP clients send to.
 *
 * @param address empty: any of the node's that node ports are on
 * @param port 1 to 65535
 */
public record UdpFrontEnd(IpFamily family, Optional<IpAddress> address, int port) {
  static UdpFrontEnd of(IpFamily family, FrontEnd frontEnd) {
    Optional<IpAddress> address =
        switch (frontEnd) {
          case FrontEnd.Addressed front -> Optional.of(front.address());
          case FrontEnd.OnNode _ -> Optional.empty();
        };
    return new UdpFrontEnd(family, address, frontEnd.port());
  }

  static UdpFrontEnd at(AddressPort addressed) {
    IpAddress address = addressed.address();
    return new UdpFrontEnd(address.family(), Optional.of(address), addressed.port());
  }

  static UdpFrontEnd nodePort(AddressPort addressed) {
    return new UdpFrontEnd(addressed.address().family(), Optional.empty(), addressed.port());
  }
}
