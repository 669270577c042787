package dev.sluice.local.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** TCP connections that stay open, whose servers repeat what they get. For one thread at a time. */
public final class OpenConnections implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final List<Socket> clients = new ArrayList<>();
  private int round;

  private OpenConnections() {}

  /**
   * Opens so many, which wait two seconds for what is to come back.
   *
   * @throws IOException if one of them can't be opened; then none is left
   */
  public static OpenConnections open(int number, NetworkNamespace from, InetSocketAddress target)
      throws IOException {
    return open(number, from, target, TIMEOUT);
  }

  /**
   * Opens so many.
   *
   * @param timeout how long each waits to be opened, and for what is to come back
   * @throws IOException if one of them can't be opened; then none is left
   */
  public static OpenConnections open(
      int number, NetworkNamespace from, InetSocketAddress target, Duration timeout)
      throws IOException {
    int millis = Math.toIntExact(timeout.toMillis());
    OpenConnections opened = new OpenConnections();
    try {
      from.<IOException>run(
          () -> {
            for (int i = 0; i < number; i++) {
              Socket socket = new Socket();
              opened.clients.add(socket);
              socket.connect(target, millis);
              socket.setSoTimeout(millis);
              readGreeting(socket.getInputStream());
            }
          });
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static void readGreeting(InputStream in) throws IOException {
    for (int read = in.read(); read != '\n'; read = in.read()) {
      if (read < 0) {
        throw new IOException("closed without a greeting");
      }
    }
  }

  /** Sends a number that is new by each of them, and counts those by which it comes back. */
  public int echoing() {
    round++;
    List<byte[]> sent = new ArrayList<>();
    for (int i = 0; i < clients.size(); i++) {
      byte[] data = ByteBuffer.allocate(8).putInt(round).putInt(i).array();
      sent.add(data);
      send(clients.get(i), data);
    }
    int echoing = 0;
    for (int i = 0; i < clients.size(); i++) {
      echoing += comesBack(clients.get(i), sent.get(i)) ? 1 : 0;
    }
    return echoing;
  }

  private static void send(Socket socket, byte[] data) {
    try {
      socket.getOutputStream().write(data);
    } catch (IOException e) {
      // it won't come back
    }
  }

  private static boolean comesBack(Socket socket, byte[] data) {
    try {
      return Arrays.equals(socket.getInputStream().readNBytes(data.length), data);
    } catch (IOException e) {
      return false;
    }
  }

  /** By a reset each: IPVS forgets those after ten seconds, others after two minutes. */
  @Override
  public void close() throws IOException {
    for (Socket client : clients) {
      if (!client.isClosed()) {
        client.setSoLinger(true, 0);
      }
      client.close();
    }
  }

  /** Greets as an echo server does, then repeats whatever comes, as long as it comes. */
  public static final class Repeater implements AutoCloseable {
    private static final int BACKLOG = 1024;

    private final String name;
    private final ServerSocket server;

    private Repeater(String name, ServerSocket server) {
      this.name = name;
      this.server = server;
    }

    /**
     * Starts it in a pod.
     *
     * @throws IOException if it can't listen there
     */
    public static Repeater start(Pod pod, InetSocketAddress listen) throws IOException {
      ServerSocket server =
          pod.namespace()
              .<ServerSocket, IOException>call(
                  () -> new ServerSocket(listen.getPort(), BACKLOG, listen.getAddress()));
      Repeater repeater = new Repeater(pod.name(), server);
      Thread.ofPlatform().name("repeater-" + pod.name()).daemon().start(repeater::serve);
      return repeater;
    }

    private void serve() {
      while (!server.isClosed()) {
        try {
          Socket connection = server.accept();
          Thread.ofVirtual().start(() -> repeat(connection));
        } catch (IOException e) {
          // closed by us, or a client that went away: the next one may be well
        }
      }
    }

    private void repeat(Socket connection) {
      try (connection) {
        String client = connection.getInetAddress().getHostAddress();
        connection.getOutputStream().write((name + " " + client + "\n").getBytes(UTF_8));
        connection.getInputStream().transferTo(connection.getOutputStream());
      } catch (IOException e) {
        // the client misses its answer, and tells
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
