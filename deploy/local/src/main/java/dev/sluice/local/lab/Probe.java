package dev.sluice.local.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * Asks whatever answers at an address and port, from inside a namespace: one TCP connection or one
 * UDP datagram at a time, each from a source port of its own, so that none meets the connection
 * tracking of the one before. Any thread.
 *
 * @param from where it asks from
 * @param transport what it asks with
 * @param target the address and port it asks
 * @param source its own address; the wildcard lets the kernel choose
 * @param timeout how long it waits for the whole exchange
 */
public record Probe(
    NetworkNamespace from,
    Transport transport,
    InetSocketAddress target,
    InetAddress source,
    Duration timeout) {
  private static final int FIRST_PORT = 32_768;
  private static final int PORTS = 28_000;
  private static final AtomicInteger NEXT_PORT =
      new AtomicInteger(RandomGenerator.getDefault().nextInt(PORTS));

  /** Asks an address literal by TCP, waiting two seconds. */
  public static Probe tcp(NetworkNamespace from, String address, int port) {
    return of(from, Transport.TCP, InetAddress.ofLiteral(address), port);
  }

  /** Asks an address literal by UDP, waiting two seconds. */
  public static Probe udp(NetworkNamespace from, String address, int port) {
    return of(from, Transport.UDP, InetAddress.ofLiteral(address), port);
  }

  /** Asks an address, waiting two seconds. */
  public static Probe of(
      NetworkNamespace from, Transport transport, InetAddress address, int port) {
    InetAddress any = InetAddress.ofLiteral(address instanceof Inet4Address ? "0.0.0.0" : "::");
    InetSocketAddress target = new InetSocketAddress(address, port);
    return new Probe(from, transport, target, any, Duration.ofSeconds(2));
  }

  /** The same with another time limit. */
  public Probe withTimeout(Duration limit) {
    return new Probe(from, transport, target, source, limit);
  }

  /** The same from an address of the namespace. */
  public Probe withSource(InetAddress address) {
    return new Probe(from, transport, target, address, timeout);
  }

  /**
   * Asks once.
   *
   * @throws LabException if no socket can be opened or bound
   */
  public ProbeResult ask() {
    return ask(1).getFirst();
  }

  /**
   * Asks so many times, one after the other, and counts the servers that answered.
   *
   * @throws LabException if no socket can be opened or bound
   */
  public Distribution distribution(int times) {
    return Distribution.of(ask(times));
  }

  /**
   * Asks so many times, one after the other.
   *
   * @throws LabException if no socket can be opened or bound
   */
  public List<ProbeResult> ask(int times) {
    return from.<List<ProbeResult>, RuntimeException>call(
        () -> {
          List<ProbeResult> results = new ArrayList<>(times);
          for (int i = 0; i < times; i++) {
            results.add(exchange());
          }
          return results;
        });
  }

  private ProbeResult exchange() {
    try {
      return switch (transport) {
        case TCP -> overTcp();
        case UDP -> overUdp();
      };
    } catch (SocketTimeoutException e) {
      return new ProbeResult.TimedOut();
    } catch (PortUnreachableException e) {
      return new ProbeResult.Refused();
    } catch (ConnectException e) {
      return String.valueOf(e.getMessage()).contains("refused")
          ? new ProbeResult.Refused()
          : new ProbeResult.Unreachable(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return new ProbeResult.Unreachable(String.valueOf(e.getMessage()));
    }
  }

  private ProbeResult overTcp() throws IOException {
    try (Socket socket = new Socket()) {
      bound(socket::bind);
      long start = System.nanoTime();
      socket.connect(target, Math.toIntExact(timeout.toMillis()));
      socket.setSoTimeout(remainingMillis(start));
      String line =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
      long nanos = System.nanoTime() - start;
      return line == null ? new ProbeResult.Unreachable("closed unanswered") : answer(line, nanos);
    }
  }

  private ProbeResult overUdp() throws IOException {
    try (DatagramSocket socket = new DatagramSocket(null)) {
      bound(socket::bind);
      byte[] question = {'?'};
      byte[] buffer = new byte[1500];
      DatagramPacket reply = new DatagramPacket(buffer, buffer.length);
      long start = System.nanoTime();
      // Only a connected socket is told of ICMP errors.
      socket.connect(target);
      socket.setSoTimeout(remainingMillis(start));
      socket.send(new DatagramPacket(question, question.length));
      socket.receive(reply);
      long nanos = System.nanoTime() - start;
      return answer(new String(buffer, 0, reply.getLength(), UTF_8).strip(), nanos);
    }
  }

  private static ProbeResult answer(String line, long nanos) {
    int space = line.indexOf(' ');
    if (space < 0) {
      return new ProbeResult.Unreachable("not an echo server: " + line);
    }
    InetAddress seen = InetAddress.ofLiteral(line.substring(space + 1));
    return new ProbeResult.Answer(line.substring(0, space), seen, nanos);
  }

  private int remainingMillis(long start) throws SocketTimeoutException {
    long left = timeout.minusNanos(System.nanoTime() - start).toMillis();
    if (left <= 0) {
      throw new SocketTimeoutException("connected too late");
    }
    return Math.toIntExact(left);
  }

  private interface Bind {
    void to(InetSocketAddress local) throws IOException;
  }

  /** Binds to the next source port that is free, round and round from a random one. */
  private void bound(Bind bind) throws IOException {
    for (int attempt = 0; attempt < PORTS; attempt++) {
      int port = FIRST_PORT + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
      try {
        bind.to(new InetSocketAddress(source, port));
        return;
      } catch (BindException e) {
        if (!String.valueOf(e.getMessage()).contains("in use")) {
          throw new LabException("source " + source + ": " + e.getMessage(), e);
        }
      }
    }
    throw new LabException("no source port left on " + source);
  }
}
