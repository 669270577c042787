package dev.sluice.applier.cli;

import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.Protocol;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import dev.sluice.events.model.ServicePort;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What somebody wants to reach. */
sealed interface PacketTarget {
  Pattern SOCKET =
      Pattern.compile(
          "(?:\\[(?<v6>[^]]+)]|(?<v4>[0-9.]+)):(?<port>[0-9]{1,5})(?:/(?<protocol>[a-zA-Z]+))?");
  Pattern SERVICE =
      Pattern.compile(
          "(?<namespace>[^/:\\[]+)/(?<name>[^/:]+)"
              + "(?::(?<port>[^/:]+)(?:/(?<protocol>[a-zA-Z]+))?)?");

  /**
   * An address.
   *
   * @param port 1 to 65535
   */
  record Socket(IpAddress address, int port, Protocol protocol) implements PacketTarget {}

  /**
   * A Service by its first ClusterIP.
   *
   * @param port its port's number or name; empty: the only one
   */
  record OfService(ServiceName name, Optional<String> port, Optional<Protocol> protocol)
      implements PacketTarget {
    /**
     * The address that this stands for.
     *
     * @throws IllegalArgumentException if it stands for no port, or for several
     */
    Socket of(Service service) {
      List<ServicePort> ports =
          service.ports().stream()
              .filter(one -> port.isEmpty() || isNamed(one, port.get()))
              .filter(one -> protocol.isEmpty() || one.protocol() == protocol.get())
              .toList();
      if (ports.size() != 1) {
        List<String> all =
            service.ports().stream()
                .map(one -> one.port() + "/" + one.protocol().lowerCase())
                .toList();
        throw new IllegalArgumentException(
            "which port of %s is meant? It has %s".formatted(name, String.join(", ", all)));
      }
      return new Socket(
          service.clusterIps().getFirst(), ports.getFirst().port(), ports.getFirst().protocol());
    }

    private static boolean isNamed(ServicePort one, String text) {
      return one.name().equals(text) || Integer.toString(one.port()).equals(text);
    }
  }

  /**
   * Parses {@code ADDRESS:PORT[/PROTOCOL]}, IPv6 addresses in brackets, or {@code
   * NAMESPACE/NAME[:PORT[/PROTOCOL]]}. The protocol of an address is TCP unless it is given.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  static PacketTarget parse(String text) {
    Matcher socket = SOCKET.matcher(text);
    if (socket.matches()) {
      boolean bracketed = socket.group("v6") != null;
      return new Socket(
          IpAddress.parse(bracketed ? socket.group("v6") : socket.group("v4")),
          port(Integer.parseInt(socket.group("port"))),
          protocol(socket.group("protocol")).orElse(Protocol.TCP));
    }
    Matcher service = SERVICE.matcher(text);
    if (service.matches()) {
      return new OfService(
          new ServiceName(service.group("namespace"), service.group("name")),
          Optional.ofNullable(service.group("port")),
          protocol(service.group("protocol")));
    }
    throw new IllegalArgumentException(
        "\"%s\" is none of ADDRESS:PORT[/PROTOCOL] and NAMESPACE/NAME[:PORT]".formatted(text));
  }

  private static int port(int number) {
    if (number < 1 || number > 65_535) {
      throw new IllegalArgumentException(number + " is no port");
    }
    return number;
  }

  private static Optional<Protocol> protocol(@Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    for (Protocol protocol : Protocol.values()) {
      if (protocol.lowerCase().equals(text.toLowerCase(Locale.ROOT))) {
        return Optional.of(protocol);
      }
    }
    throw new IllegalArgumentException("\"" + text + "\" is none of tcp, udp, sctp");
  }
}
