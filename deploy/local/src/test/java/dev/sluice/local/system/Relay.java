package dev.sluice.local.system;

import dev.sluice.local.lab.NetworkNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes a port of this machine's loopback reachable on a namespace's loopback; closed, it cuts all
 * connections.
 */
final class Relay implements AutoCloseable {
  private final ServerSocket server;
  private final InetSocketAddress target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private Relay(ServerSocket server, InetSocketAddress target) {
    this.server = server;
    this.target = target;
  }

  /** Listens in the namespace on the same address; {@code 127.0.0.1:PORT}. */
  static Relay into(NetworkNamespace namespace, String address) throws IOException {
    return into(namespace, address.substring(0, address.lastIndexOf(':')), address);
  }

  /** Listens in the namespace on another host, and the same port. */
  static Relay into(NetworkNamespace namespace, String insideHost, String address)
      throws IOException {
    int colon = address.lastIndexOf(':');
    InetAddress inside = InetAddress.ofLiteral(insideHost);
    InetAddress host = InetAddress.ofLiteral(address.substring(0, colon));
    int port = Integer.parseInt(address.substring(colon + 1));
    ServerSocket server =
        namespace.<ServerSocket, IOException>call(() -> new ServerSocket(port, 50, inside));
    Relay relay = new Relay(server, new InetSocketAddress(host, port));
    Thread _ = Thread.ofPlatform().name("relay").daemon().start(relay::accept);
    return relay;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket inside = server.accept();
        Socket outside = new Socket(target.getAddress(), target.getPort());
        open.addAll(List.of(inside, outside));
        if (server.isClosed()) {
          cut();
        }
        pump(inside, outside);
        pump(outside, inside);
      } catch (IOException e) {
        // closed by us, or one side went away: its peer will try again
      }
    }
  }

  private void cut() {
    for (Socket socket : open) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void pump(Socket from, Socket to) {
    Thread _ =
        Thread.ofPlatform()
            .name("relay-pump")
            .daemon()
            .start(
                () -> {
                  try (from;
                      to;
                      InputStream bytes = from.getInputStream()) {
                    var _ = bytes.transferTo(to.getOutputStream());
                  } catch (IOException e) {
                    // the other direction sees it too
                  }
                });
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }
}
