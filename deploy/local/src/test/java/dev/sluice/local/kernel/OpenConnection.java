package dev.sluice.local.kernel;

import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.Pod;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A TCP connection to a pod's own server that stays open, and repeats each byte it gets. */
final class OpenConnection implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 2000;

  private final ServerSocket server;
  private final Socket client;

  private OpenConnection(ServerSocket server, Socket client) {
    this.server = server;
    this.client = client;
  }

  /**
   * @param listen the pod's address and port
   * @param target what the client connects to
   */
  static OpenConnection open(
      Pod pod, InetSocketAddress listen, NetworkNamespace from, InetSocketAddress target)
      throws IOException {
    ServerSocket server =
        pod.namespace()
            .<ServerSocket, IOException>call(
                () -> new ServerSocket(listen.getPort(), 10, listen.getAddress()));
    Thread.ofPlatform().name("repeater").daemon().start(() -> repeat(server));
    Socket client = from.<Socket, IOException>call(() -> connected(target));
    return new OpenConnection(server, client);
  }

  private static Socket connected(InetSocketAddress target) throws IOException {
    Socket socket = new Socket();
    socket.connect(target, TIMEOUT_MILLIS);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return socket;
  }

  private static void repeat(ServerSocket server) {
    try (Socket connection = server.accept()) {
      connection.getInputStream().transferTo(connection.getOutputStream());
    } catch (IOException e) {
      // the client misses its answer, and tells
    }
  }

  /** Sends a byte and waits for it to come back. */
  boolean alive() throws IOException {
    client.getOutputStream().write(7);
    return client.getInputStream().read() == 7;
  }

  @Override
  public void close() throws IOException {
    client.close();
    server.close();
  }
}
