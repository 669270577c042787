package dev.sluice.local.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Sees by UDP when the kernel sends a Service's traffic elsewhere. Asks from a new port each time,
 * so that connection tracking remembers none. Belongs to the thread that made it, which must be in
 * the client's namespace.
 */
final class FlipProbe {
  // Without a pause it would take a processor from those whom it measures.
  private static final Duration PAUSE = Duration.ofNanos(300_000);
  private static final Duration ANSWER_LIMIT = Duration.ofMillis(100);
  private static final int FIRST_PORT = 20_000;
  private static final int PORTS = 40_000;

  private final InetSocketAddress target;
  private final byte[] buffer = new byte[100];
  private int next;

  FlipProbe(InetSocketAddress target) {
    this.target = target;
  }

  /**
   * Asks until a server of this name answers.
   *
   * @return when it did, as {@link System#nanoTime} gives it
   * @throws BenchException if none has answered within the time given
   */
  long awaitAnswerOf(String server, Duration limit) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    String prefix = server + " ";
    while (true) {
      String answer = ask();
      long now = System.nanoTime();
      if (answer.startsWith(prefix)) {
        return now;
      }
      if (now - deadline >= 0 || Thread.currentThread().isInterrupted()) {
        throw new BenchException(
            "the change was not seen within %d s; last answer: \"%s\""
                .formatted(limit.toSeconds(), answer.strip()));
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private String ask() throws IOException {
    try (DatagramSocket socket = new DatagramSocket(null)) {
      bind(socket);
      socket.connect(target);
      socket.setSoTimeout(Math.toIntExact(ANSWER_LIMIT.toMillis()));
      socket.send(new DatagramPacket(buffer, 1));
      DatagramPacket answer = new DatagramPacket(buffer, buffer.length);
      socket.receive(answer);
      return new String(buffer, 0, answer.getLength(), UTF_8);
    } catch (SocketTimeoutException | PortUnreachableException e) {
      return "(none)";
    }
  }

  private void bind(DatagramSocket socket) throws IOException {
    for (int attempt = 0; attempt < PORTS; attempt++) {
      try {
        socket.bind(new InetSocketAddress(FIRST_PORT + next++ % PORTS));
        return;
      } catch (BindException e) {
        // taken by the kernel for another socket: the next one
      }
    }
    throw new BenchException("no source port is free");
  }
}
