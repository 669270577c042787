package dev.sluice.local.kernel;

import dev.sluice.applier.forwarding.Explanation;
import dev.sluice.applier.forwarding.Outcome;
import dev.sluice.applier.forwarding.Packet;
import dev.sluice.applier.forwarding.Step;
import dev.sluice.events.model.Protocol;
import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.Probe;
import dev.sluice.local.lab.ProbeResult;
import dev.sluice.local.lab.Transport;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A packet to send, and what shall come of it.
 *
 * @param explanation what the evaluator says of it
 * @param answers any of which is right; none: it shall not be answered
 */
record Shot(NetworkNamespace from, Flavour flavour, Explanation explanation, Set<String> answers) {
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(3);

  /** Long enough for any of the lab's servers. */
  private static final Duration UNANSWERED_FOR = Duration.ofMillis(400);

  /** What a server answers. */
  static String answer(String server, InetAddress seenSource) {
    return server + " saw " + seenSource.getHostAddress();
  }

  Outcome outcome() {
    return explanation.outcome();
  }

  /** Whether the sender hears of it. */
  boolean answered() {
    return !answers.isEmpty() || outcome() instanceof Outcome.Refused;
  }

  /** Sends it, and says what came of it if that is not right. */
  Optional<String> surprise() {
    ProbeResult result = probe().ask();
    return right(result) ? Optional.empty() : Optional.of(text(result));
  }

  private Probe probe() {
    Packet packet = explanation.packet();
    return Probe.of(
            from,
            packet.protocol() == Protocol.TCP ? Transport.TCP : Transport.UDP,
            InetAddress.ofLiteral(packet.destination().toString()),
            packet.port())
        .withSource(InetAddress.ofLiteral(packet.source().toString()))
        .withTimeout(answered() ? ANSWERED_WITHIN : UNANSWERED_FOR);
  }

  private boolean right(ProbeResult result) {
    if (!answers.isEmpty()) {
      return result instanceof ProbeResult.Answer one
          && answers.contains(answer(one.server(), one.seenSource()));
    }
    return switch (outcome()) {
      case Outcome.Refused _ -> result instanceof ProbeResult.Refused || notPermitted(result);
      case Outcome.Dropped _ -> result instanceof ProbeResult.TimedOut || notPermitted(result);
      // whatever the network makes of it
      case Outcome.Untouched _, Outcome.Forwarded _ -> !(result instanceof ProbeResult.Answer);
    };
  }

  /** Where the node's own kernel refuses to send it. */
  private boolean notPermitted(ProbeResult result) {
    return explanation.packet().inInterface().isEmpty()
        && result instanceof ProbeResult.Unreachable(String reason)
        && reason.contains(Asker.NOT_PERMITTED);
  }

  private String text(ProbeResult result) {
    return "%s %s: %s instead of %s %s%n  %s"
        .formatted(
            flavour,
            explanation.packet(),
            result,
            outcome(),
            answers,
            explanation.steps().stream().map(Step::text).collect(Collectors.joining("\n  ")));
  }
}
