package dev.sluice.applier.cli;

import dev.sluice.applier.forwarding.ExplainedSlice;
import dev.sluice.applier.forwarding.ExplainedSlice.ExplainedEndpoint;
import dev.sluice.applier.forwarding.Explanation;
import dev.sluice.applier.forwarding.Outcome.Dropped;
import dev.sluice.applier.forwarding.Outcome.Forwarded;
import dev.sluice.applier.forwarding.Outcome.Refused;
import dev.sluice.applier.forwarding.Outcome.Untouched;
import dev.sluice.applier.forwarding.Packet;
import dev.sluice.applier.forwarding.Target;
import dev.sluice.applier.forwarding.Verdict.EndpointSet;
import java.util.List;

/** An explanation for people. Pure. */
final class ExplanationText {
  private final StringBuilder text = new StringBuilder();

  private ExplanationText() {}

  /**
   * Lines, each ended by a line feed.
   *
   * @param sender who sends the packet, in words
   * @param chains those that it goes through on the node
   */
  static String of(String nodeName, String sender, Explanation explanation, List<String> chains) {
    ExplanationText page = new ExplanationText();
    Packet packet = explanation.packet();
    page.line(
        "%s to %s/%s on %s: %s"
            .formatted(
                sender,
                packet.destination().withPort(packet.port()),
                packet.protocol().lowerCase(),
                nodeName,
                outcome(explanation)));
    page.line("");
    page.line("why");
    explanation.steps().forEach(step -> page.line("  - " + step.text()));
    explanation.set().ifPresent(set -> page.endpoints(explanation, set));
    page.line("");
    page.line("chains");
    chains.forEach(chain -> page.line("  " + chain));
    return page.text.toString();
  }

  /** What becomes of the packet, in a few words. */
  static String outcome(Explanation explanation) {
    return switch (explanation.outcome()) {
      case Forwarded(List<Target> targets) ->
          "forwarded to %s, %s"
              .formatted(
                  targets.size() == 1
                      ? "the one endpoint"
                      : "one of " + targets.size() + " endpoints",
                  masqueraded(targets));
      case Refused _ -> "refused";
      case Dropped _ -> "dropped";
      case Untouched _ -> "no Service is concerned";
    };
  }

  private static String masqueraded(List<Target> targets) {
    long masqueraded = targets.stream().filter(Target::masqueraded).count();
    if (masqueraded == targets.size()) {
      return "masqueraded";
    }
    return masqueraded == 0 ? "not masqueraded" : "masqueraded to some";
  }

  private void endpoints(Explanation explanation, EndpointSet set) {
    line("");
    line(
        switch (set) {
          case CLUSTER -> "endpoints (of the whole cluster)";
          case LOCAL -> "endpoints (of this node)";
        });
    int width =
        explanation.slices().stream()
            .flatMap(slice -> slice.endpoints().stream())
            .mapToInt(one -> one.address().withPort(one.port()).length())
            .max()
            .orElse(1);
    for (ExplainedSlice slice : explanation.slices()) {
      slice.endpoints().forEach(one -> endpoint(one, set, explanation, width));
      slice.leftOut().ifPresent(reason -> leftOut(slice, reason));
    }
    if (explanation.slices().isEmpty()) {
      line("  none: there is no EndpointSlice for this Service");
    }
  }

  private void endpoint(
      ExplainedEndpoint one, EndpointSet set, Explanation explanation, int width) {
    String where = one.nodeName().isEmpty() ? "" : "on " + one.nodeName() + ": ";
    line(
        ("  %s  %-" + width + "s  %s%s%s")
            .formatted(
                one.in(set).used() ? "yes" : "no ",
                one.address().withPort(one.port()),
                where,
                one.in(set),
                isMasqueraded(one, explanation) ? ", masqueraded" : ""));
  }

  private void leftOut(ExplainedSlice slice, ExplainedSlice.LeftOut reason) {
    line(
        "  no   the %d of EndpointSlice %s: it is %s"
            .formatted(slice.size(), slice.name(), reason));
  }

  private static boolean isMasqueraded(ExplainedEndpoint one, Explanation explanation) {
    return explanation.outcome() instanceof Forwarded(List<Target> targets)
        && targets.contains(new Target(one.address(), one.port(), true));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
