package dev.sluice.local.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;

/** Keeps asking from one source port, as a resolver does that keeps its socket. */
public final class UdpClient implements AutoCloseable {
  public static final String REFUSED = "refused";
  public static final String TIMED_OUT = "timed out";
  private static final int LIMIT_MILLIS = 500;

  private final DatagramSocket socket;

  private UdpClient(DatagramSocket socket) {
    this.socket = socket;
  }

  public static UdpClient open(NetworkNamespace from, InetSocketAddress target) throws IOException {
    return from.<UdpClient, IOException>call(
        () -> {
          String any = target.getAddress().getAddress().length == 4 ? "0.0.0.0" : "::";
          DatagramSocket socket =
              new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(any), 0));
          socket.connect(target); // only then is it told of refusals
          socket.setSoTimeout(LIMIT_MILLIS);
          return new UdpClient(socket);
        });
  }

  /** The name of the server that answered, or why none did. */
  public String ask() throws IOException {
    byte[] buffer = new byte[1500];
    DatagramPacket answer = new DatagramPacket(buffer, buffer.length);
    try {
      send();
      socket.receive(answer);
      return new String(buffer, 0, answer.getLength(), UTF_8).split(" ", 2)[0];
    } catch (PortUnreachableException e) {
      return REFUSED;
    } catch (SocketTimeoutException e) {
      return TIMED_OUT;
    }
  }

  /** Asks without waiting for an answer. */
  public void send() throws IOException {
    socket.send(new DatagramPacket(new byte[] {'?'}, 1));
  }

  @Override
  public void close() {
    socket.close();
  }
}
