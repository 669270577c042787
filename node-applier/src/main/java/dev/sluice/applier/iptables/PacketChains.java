package dev.sluice.applier.iptables;

import dev.sluice.applier.forwarding.Destination;
import dev.sluice.applier.forwarding.Explanation;
import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.Outcome;
import dev.sluice.applier.forwarding.Outcome.Dropped;
import dev.sluice.applier.forwarding.Outcome.Forwarded;
import dev.sluice.applier.forwarding.Outcome.Refused;
import dev.sluice.applier.forwarding.Outcome.Untouched;
import dev.sluice.applier.forwarding.Step;
import dev.sluice.applier.forwarding.Target;
import dev.sluice.applier.forwarding.Verdict.EndpointSet;
import dev.sluice.applier.forwarding.VirtualServer;
import java.util.ArrayList;
import java.util.List;

/**
 * The chains in which to look for what becomes of a packet, as far as they have names that do not
 * depend on other Services: the parts of prefix trees are left out. Pure.
 */
public final class PacketChains {
  private final Explanation explanation;
  private final List<String> chains = new ArrayList<>();

  private PacketChains(Explanation explanation) {
    this.explanation = explanation;
  }

  /** In the order in which the packet comes by; each as {@code table chain}. */
  public static List<String> of(Explanation explanation) {
    PacketChains walk = new PacketChains(explanation);
    walk.nat(ChainNames.SERVICES);
    explanation
        .server()
        .ifPresentOrElse(
            server -> walk.server(server, explanation.outcome()), walk::withoutAnyService);
    return walk.chains;
  }

  private void withoutAnyService() {
    if (says(Step.Kind.LOCALHOST_FROM_ELSEWHERE)) {
      filter(ChainNames.LOCALNET);
    }
  }

  private void server(VirtualServer server, Outcome outcome) {
    switch (outcome) {
      case Forwarded(List<Target> targets) -> {
        entry(server);
        balanced(server, explanation.set().orElse(EndpointSet.CLUSTER), targets);
        if (targets.stream().anyMatch(Target::masqueraded)) {
          nat(ChainNames.POSTROUTING);
        }
      }
      case Dropped _ -> {
        entry(server);
        if (says(Step.Kind.NOT_LET_IN)) {
          filter(ChainNames.FIREWALL);
        } else {
          blocked(server);
        }
      }
      case Refused _ -> blocked(server);
      case Untouched _ -> {}
    }
  }

  /** Up to where the endpoints are. */
  private void entry(VirtualServer server) {
    if (server.frontEnd() instanceof FrontEnd.ClusterIp) {
      return;
    }
    if (server.frontEnd() instanceof FrontEnd.NodePort) {
      nat(ChainNames.NODE_PORTS);
    }
    if (!server.sourceRanges().isEmpty()) {
      nat(ChainNames.firewall(server.name()));
    }
    if (!says(Step.Kind.NOT_LET_IN)) {
      nat(ChainNames.external(server.name()));
    }
  }

  private void balanced(VirtualServer server, EndpointSet set, List<Target> targets) {
    nat(ChainNames.of(set, server.name()));
    if (server.affinity().isPresent()) {
      for (Target target : targets) {
        Destination destination = new Destination(target.address(), target.port(), false);
        nat(ChainNames.endpoint(server.name(), destination));
      }
    }
  }

  private void blocked(VirtualServer server) {
    switch (server.frontEnd()) {
      case FrontEnd.ClusterIp _ -> filter(ChainNames.SERVICES);
      case FrontEnd.ExternalIp _, FrontEnd.LoadBalancerIp _ -> filter(ChainNames.EXTERNAL_SERVICES);
      case FrontEnd.NodePort _ -> {
        filter(ChainNames.EXTERNAL_SERVICES);
        filter(ChainNames.REJECT_NODE_PORTS);
      }
      case FrontEnd.HealthCheckNodePort _ -> filter(ChainNames.NODE_PORTS);
    }
  }

  private boolean says(Step.Kind kind) {
    return explanation.steps().stream().anyMatch(step -> step.kind() == kind);
  }

  private void nat(String chain) {
    chains.add(Table.NAT + " " + chain);
  }

  private void filter(String chain) {
    chains.add(Table.FILTER + " " + chain);
  }
}
