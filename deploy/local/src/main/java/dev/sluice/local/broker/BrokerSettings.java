package dev.sluice.local.broker;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What an {@link EmbeddedBroker} is started with.
 *
 * @param data the folder of its data and log; made if absent, reused if not
 * @param port TCP port to listen on; 0 picks a free one
 * @param listen the address to listen on; {@code 0.0.0.0} or {@code ::} for all
 * @param advertised the address that clients are told to connect to; must be reachable from here
 * @param startTimeout how long the broker may take until it answers
 */
public record BrokerSettings(
    Path data, int port, String listen, String advertised, Duration startTimeout) {

  /**
   * @throws IllegalArgumentException for a port outside 0 to 65535
   */
  public BrokerSettings {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not within 0 to 65535");
    }
  }

  /** On a free port of 127.0.0.1, given a minute to start: a loaded machine takes its time. */
  public static BrokerSettings in(Path data) {
    return new BrokerSettings(data, 0, "127.0.0.1", "127.0.0.1", Duration.ofMinutes(1));
  }

  /** The same on another port; 0 picks a free one. */
  public BrokerSettings withPort(int newPort) {
    return new BrokerSettings(data, newPort, listen, advertised, startTimeout);
  }

  /** The same on another address, which is also the one clients are told. */
  public BrokerSettings withListen(String address) {
    return new BrokerSettings(data, port, address, address, startTimeout);
  }

  /** The same, telling clients another address than the one it listens on. */
  public BrokerSettings withAdvertised(String address) {
    return new BrokerSettings(data, port, listen, address, startTimeout);
  }

  /** The same with another time limit for the start. */
  public BrokerSettings withStartTimeout(Duration timeout) {
    return new BrokerSettings(data, port, listen, advertised, timeout);
  }
}
