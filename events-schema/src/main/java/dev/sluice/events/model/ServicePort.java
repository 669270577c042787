package dev.sluice.events.model;

/**
 * A port of a Service.
 *
 * @param name empty where the Service's only port has none
 * @param port 1 to 65535
 * @param nodePort 1 to 65535, or 0 for none
 */
public record ServicePort(String name, Protocol protocol, int port, int nodePort) {
  public ServicePort {
    Names.portName(name);
    Ports.port("port", port);
    Ports.portOrNone("nodePort", nodePort);
  }
}
