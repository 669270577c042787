package dev.sluice.applier.cli;

import dev.sluice.applier.forwarding.ExplainedSlice;
import dev.sluice.applier.forwarding.Explanation;
import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.Outcome.Forwarded;
import dev.sluice.applier.forwarding.Packet;
import dev.sluice.applier.forwarding.Step;
import dev.sluice.applier.forwarding.Target;
import dev.sluice.applier.forwarding.Verdict.EndpointSet;
import dev.sluice.applier.forwarding.VirtualServer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An explanation as a tree for JSON. Pure. */
final class ExplanationTree {
  private ExplanationTree() {}

  static Map<String, Object> of(String nodeName, Explanation explanation, List<String> chains) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("node", nodeName);
    tree.put("packet", packet(explanation.packet()));
    tree.put("outcome", explanation.outcome().getClass().getSimpleName());
    if (explanation.outcome() instanceof Forwarded(List<Target> targets)) {
      tree.put("targets", targets.stream().map(ExplanationTree::target).toList());
    }
    explanation.server().ifPresent(server -> tree.put("frontEnd", frontEnd(server)));
    explanation
        .set()
        .ifPresent(
            set -> {
              tree.put("endpointSet", set == EndpointSet.LOCAL ? "Local" : "Cluster");
              tree.put(
                  "slices", explanation.slices().stream().map(slice -> slice(slice, set)).toList());
            });
    tree.put("steps", explanation.steps().stream().map(ExplanationTree::step).toList());
    tree.put("chains", chains);
    return tree;
  }

  private static Map<String, Object> packet(Packet packet) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("source", packet.source().toString());
    tree.put("destination", packet.destination().toString());
    tree.put("port", packet.port());
    tree.put("protocol", packet.protocol().lowerCase());
    tree.put("sentByNode", packet.inInterface().isEmpty());
    return tree;
  }

  private static Map<String, Object> target(Target target) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("address", target.address().toString());
    tree.put("port", target.port());
    tree.put("masqueraded", target.masqueraded());
    return tree;
  }

  private static Map<String, Object> frontEnd(VirtualServer server) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("service", server.name().service().toString());
    tree.put("portName", server.name().port());
    tree.put(
        "kind",
        switch (server.frontEnd()) {
          case FrontEnd.ClusterIp _ -> "ClusterIP";
          case FrontEnd.ExternalIp _ -> "ExternalIP";
          case FrontEnd.LoadBalancerIp _ -> "LoadBalancerIP";
          case FrontEnd.NodePort _ -> "NodePort";
          case FrontEnd.HealthCheckNodePort _ -> "HealthCheckNodePort";
        });
    return tree;
  }

  private static Map<String, Object> slice(ExplainedSlice slice, EndpointSet set) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", slice.name());
    slice.leftOut().ifPresent(reason -> tree.put("leftOut", reason.name()));
    tree.put(
        "endpoints",
        slice.endpoints().stream()
            .map(
                one -> {
                  Map<String, Object> endpoint = new LinkedHashMap<>();
                  endpoint.put("address", one.address().toString());
                  endpoint.put("port", one.port());
                  endpoint.put("node", one.nodeName());
                  endpoint.put("used", one.in(set).used());
                  endpoint.put("reason", one.in(set).name());
                  return endpoint;
                })
            .toList());
    return tree;
  }

  private static Map<String, Object> step(Step step) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("kind", step.kind().name());
    tree.put("text", step.text());
    return tree;
  }
}
