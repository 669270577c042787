package dev.sluice.local.kernel;

import dev.sluice.local.lab.Distribution;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.Probe;
import dev.sluice.local.lab.ProbeResult;
import dev.sluice.local.lab.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** Asks from a namespace, and says in a word what came of it. */
record Asker(NetworkNamespace from, Optional<InetAddress> source) {
  /** Less than the second after which TCP tries again: an answer is one to the first packet. */
  private static final Duration LIMIT = Duration.ofMillis(900);

  /** Where its own kernel refuses to send the datagram. */
  static final String NOT_PERMITTED = "Operation not permitted";

  static final String REFUSED = "refused";
  static final String TIMED_OUT = "timed out";

  /** With the source address that its kernel chooses. */
  Asker(NetworkNamespace from) {
    this(from, Optional.empty());
  }

  String server(Transport transport, InetSocketAddress target) {
    return server(transport, target.getAddress(), target.getPort());
  }

  String seenSource(Transport transport, InetSocketAddress target) {
    return seenSource(transport, target.getAddress(), target.getPort());
  }

  Distribution distribution(int times, Transport transport, InetSocketAddress target) {
    return distribution(times, transport, target.getAddress(), target.getPort());
  }

  /** The name of the server that answered, or why none did. */
  String server(Transport transport, InetAddress address, int port) {
    ProbeResult result = probe(transport, address, port).ask();
    return result instanceof ProbeResult.Answer answer ? answer.server() : failure(result);
  }

  /** The source address that the server saw, or why none did. */
  String seenSource(Transport transport, InetAddress address, int port) {
    ProbeResult result = probe(transport, address, port).ask();
    return result instanceof ProbeResult.Answer answer
        ? answer.seenSource().getHostAddress()
        : failure(result);
  }

  Distribution distribution(int times, Transport transport, InetAddress address, int port) {
    return probe(transport, address, port).distribution(times);
  }

  private Probe probe(Transport transport, InetAddress address, int port) {
    Probe probe = Probe.of(from, transport, address, port).withTimeout(LIMIT);
    return source.map(probe::withSource).orElse(probe);
  }

  private static String failure(ProbeResult result) {
    return switch (result) {
      case ProbeResult.Answer answer -> answer.server();
      case ProbeResult.Refused _ -> REFUSED;
      case ProbeResult.TimedOut _ -> TIMED_OUT;
      case ProbeResult.Unreachable unreachable -> unreachable.reason();
    };
  }
}
