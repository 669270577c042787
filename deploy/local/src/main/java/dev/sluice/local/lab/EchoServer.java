package dev.sluice.local.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Tells who asks which server answered, and what source address it saw: {@code NAME
 * CLIENT-ADDRESS\n} for every TCP connection, which it then closes, and for every UDP datagram.
 *
 * <p>Two threads of its own serve; methods may be called by any.
 */
public final class EchoServer implements AutoCloseable {
  private static final int BACKLOG = 1024;

  private final String name;
  private final ServerSocket tcp;
  private final DatagramSocket udp;

  private EchoServer(String name, ServerSocket tcp, DatagramSocket udp) {
    this.name = name;
    this.tcp = tcp;
    this.udp = udp;
  }

  /**
   * Listens with TCP and UDP in the pod, under its name.
   *
   * @param address one of the pod's: a wildcard would answer datagrams from any of them
   * @throws LabException if the port is taken or the address isn't the pod's
   */
  public static EchoServer start(Pod pod, InetAddress address, int port) {
    return start(pod.namespace(), pod.name(), address, port);
  }

  /**
   * Listens with TCP and UDP in a namespace.
   *
   * @param name what it calls itself, without white space
   * @param address one of the namespace's: a wildcard would answer datagrams from any of them
   * @throws LabException if the port is taken or the address isn't the namespace's
   */
  public static EchoServer start(
      NetworkNamespace namespace, String name, InetAddress address, int port) {
    InetSocketAddress local = new InetSocketAddress(address, port);
    try {
      EchoServer server = namespace.<EchoServer, IOException>call(() -> bind(name, local));
      server.serve(Transport.TCP, server::serveTcp);
      server.serve(Transport.UDP, server::serveUdp);
      return server;
    } catch (IOException e) {
      throw new LabException("echo server " + name + " at " + local + ": " + e.getMessage(), e);
    }
  }

  private static EchoServer bind(String name, InetSocketAddress local) throws IOException {
    ServerSocket tcp = new ServerSocket();
    try {
      tcp.setReuseAddress(true);
      tcp.bind(local, BACKLOG);
      return new EchoServer(name, tcp, new DatagramSocket(local));
    } catch (IOException e) {
      tcp.close();
      throw e;
    }
  }

  private void serve(Transport transport, Runnable loop) {
    Thread.ofPlatform().name("echo-" + name + "-" + transport).daemon().start(loop);
  }

  private void serveTcp() {
    while (!tcp.isClosed()) {
      try (Socket connection = tcp.accept()) {
        connection.getOutputStream().write(answerTo(connection.getInetAddress()));
      } catch (IOException e) {
        // closed by us, or a client that went away: the next one may be well
      }
    }
  }

  private void serveUdp() {
    byte[] buffer = new byte[1500];
    while (!udp.isClosed()) {
      try {
        DatagramPacket question = new DatagramPacket(buffer, buffer.length);
        udp.receive(question);
        byte[] answer = answerTo(question.getAddress());
        udp.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
      } catch (IOException e) {
        // as above
      }
    }
  }

  private byte[] answerTo(InetAddress client) {
    return (name + " " + client.getHostAddress() + "\n").getBytes(UTF_8);
  }

  /** Stops listening. Idempotent. */
  @Override
  public void close() {
    udp.close();
    try {
      tcp.close();
    } catch (IOException e) {
      throw new LabException("echo server " + name + " not closed: " + e.getMessage(), e);
    }
  }
}
