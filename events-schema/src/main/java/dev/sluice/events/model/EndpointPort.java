package dev.sluice.events.model;

/**
 * A port of a slice's endpoints; it belongs to the Service port of the same name.
 *
 * @param name empty where it is unset
 * @param port 1 to 65535
 */
public record EndpointPort(String name, Protocol protocol, int port) {
  public EndpointPort {
    Names.portName(name);
    Ports.port("port", port);
  }
}
