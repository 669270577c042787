package dev.sluice.local.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.random.RandomGenerator;

/**
 * Finds TCP ports that nobody listens on.
 *
 * <p>From below Linux's range for outgoing connections (32768 and up), since a port that the kernel
 * would hand out itself may be gone again by the time the broker has started.
 */
final class FreePort {
  private static final int FIRST = 20_000;
  private static final int END = 32_000;

  private FreePort() {}

  /**
   * A port on which nothing listens at the moment.
   *
   * @throws IOException if the address is not this machine's, or a hundred ports were in use
   */
  static int on(String address) throws IOException {
    InetAddress host = InetAddress.getByName(address);
    IOException last = new IOException("no port tried");
    for (int attempt = 0; attempt < 100; attempt++) {
      int port = RandomGenerator.getDefault().nextInt(FIRST, END);
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(host, port));
        return port;
      } catch (IOException e) {
        last = e;
      }
    }
    throw new IOException("no free port on " + address, last);
  }
}
