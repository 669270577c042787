package dev.sluice.local.demo;

import dev.sluice.local.lab.NetworkNamespace;
import dev.sluice.local.lab.NodeLab;
import dev.sluice.local.lab.Pod;
import dev.sluice.local.lab.Probe;
import dev.sluice.local.lab.ProbeResult;
import dev.sluice.local.lab.ProbeResult.Answer;
import dev.sluice.local.lab.ProbeResult.Refused;
import dev.sluice.local.run.ApplierProgram;
import dev.sluice.local.run.Ending;
import dev.sluice.local.run.Metrics;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Shows what Sluice does for the quickstart's Service, and fails where it doesn't. Wants a system
 * that runs on a copy of the quickstart's manifests, and leaves them as they were.
 */
final class Tour {
  private static final int REQUESTS = 100;
  private static final String CLUSTER_IP = "10.96.0.80";
  private static final String CLUSTER_IP_V6 = "fd00:10:96::80";
  private static final int PORT = 80;
  private static final int NODE_PORT = 30080;
  private static final String SERVICE_PORT = "shop/web:http";
  // one change of each of its two slices
  private static final int REVISIONS_A_SAVE = 2;
  private static final Duration CHANGE_LIMIT = Duration.ofSeconds(10);

  private final DemoSystem system;
  private final ManifestCopy manifests;
  private final Narrator narrator;
  private long revision;

  Tour(DemoSystem system, ManifestCopy manifests, Narrator narrator) {
    this.system = system;
    this.manifests = manifests;
    this.narrator = narrator;
    this.revision = system.applier().revision();
  }

  /**
   * Goes through all of it.
   *
   * @throws TourException where something isn't as it should be
   * @throws dev.sluice.local.run.ProgramException if a program ended or doesn't answer
   */
  void run() {
    switch (system.applier().mode()) {
      case IPTABLES -> showRules();
      case IPVS -> showServers();
    }
    sendRequests();
    scaleUp();
    takeEndpointsAway();
    restartApplier();
  }

  private void showRules() {
    narrator.step("What the applier has written for " + SERVICE_PORT + " (IPv4, table nat)");
    String tool = "iptables-" + system.settings().variant() + "-save";
    String saved = system.lab().node().exec(tool, "-t", "nat").orThrow().out();
    List<String> rules = RuleExcerpt.of(saved, SERVICE_PORT);
    if (rules.isEmpty()) {
      throw new TourException(tool + " shows no rules for " + SERVICE_PORT + ":\n" + saved);
    }
    rules.forEach(narrator::line);
  }

  private void showServers() {
    narrator.step("The applier's virtual servers for " + SERVICE_PORT + " (IPv4)");
    String table = system.lab().node().exec("cat", "/proc/net/ip_vs").orThrow().out();
    List<String> fronts = List.of(CLUSTER_IP + ":" + PORT, NodeLab.NODE_V4 + ":" + NODE_PORT);
    List<String> servers = ServerExcerpt.of(table, fronts);
    if (servers.isEmpty()) {
      throw new TourException("IPVS has no virtual servers for " + SERVICE_PORT + ":\n" + table);
    }
    servers.forEach(narrator::line);
  }

  private void sendRequests() {
    narrator.step(REQUESTS + " requests each, every one from a new port");
    Pod third = pods(3).getLast();
    Set<String> two = names(pods(2));
    String outside = "client to ";
    request(outside + "ClusterIP", system.lab().client(), CLUSTER_IP, PORT, two)
        .seenFrom(NodeLab.POD_GATEWAY_V4, "ClusterIP from outside, masqueraded");
    request(outside + "NodePort", system.lab().client(), NodeLab.NODE_V4, NODE_PORT, two)
        .seenFrom(NodeLab.POD_GATEWAY_V4, "NodePort from outside, masqueraded");
    request(outside + "ClusterIP (IPv6)", system.lab().client(), CLUSTER_IP_V6, PORT, two)
        .seenFrom(NodeLab.POD_GATEWAY_V6, "IPv6 ClusterIP from outside, masqueraded");
    request(third.name() + " to ClusterIP", third.namespace(), CLUSTER_IP, PORT, two)
        .seenFrom(Addresses.text(third.ipv4()), "ClusterIP from a pod, not masqueraded");
  }

  private void scaleUp() {
    Pod third = pods(3).getLast();
    narrator.step("Scale up: " + third.name() + " is added to " + manifests.web().getFileName());
    long saved = save(pods(3));
    Duration first = awaitAnswer(saved, answer -> answer.server().equals(third.name()));
    narrator.line("saved to first answer of %s: %s".formatted(third.name(), Narrator.text(first)));
    awaitKernel();
    narrator.line(
        "published to in the kernel, both IP families: %d ms, revision %d"
            .formatted(publishedToKernel(), revision));
    request("client to ClusterIP", system.lab().client(), CLUSTER_IP, PORT, names(pods(3)));
  }

  private void takeEndpointsAway() {
    narrator.step("Remove all endpoints: refused at once, not timed out");
    long saved = save(List.of());
    Duration until = await(saved, Refused.class::isInstance);
    narrator.line("saved to first refusal: " + Narrator.text(until));
    long start = System.nanoTime();
    ProbeResult result = ask();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    if (!(result instanceof Refused) || took.compareTo(Duration.ofMillis(500)) > 0) {
      throw new TourException("expected a refusal at once, got " + result + " after " + took);
    }
    narrator.line("connection refused after " + Narrator.text(took));
    awaitKernel();
    saved = save(pods(2));
    Duration back = awaitAnswer(saved, answer -> true);
    narrator.line("endpoints put back, saved to first answer: " + Narrator.text(back));
    awaitKernel();
    request("client to ClusterIP", system.lab().client(), CLUSTER_IP, PORT, names(pods(2)));
  }

  private void restartApplier() {
    narrator.step("Restart the applier: forwarding goes on, nothing is written anew");
    Ending ending = system.endApplier();
    if (ending.exitCode() != 0) {
      throw new TourException("the applier ended by SIGTERM with code " + ending.exitCode());
    }
    narrator.line(
        "ended by SIGTERM in %s with code 0, at revision %d"
            .formatted(Narrator.text(ending.took()), revision));
    request("client, no applier", system.lab().client(), CLUSTER_IP, PORT, names(pods(2)));
    long start = System.nanoTime();
    system.restartApplier();
    ApplierProgram applier = system.applier();
    narrator.line(
        "ready again after %s, at revision %d"
            .formatted(
                Narrator.text(Duration.ofNanos(System.nanoTime() - start)), applier.revision()));
    if (applier.revision() != revision) {
      throw new TourException("expected revision " + revision + " after the restart");
    }
    checkNothingWritten(applier);
    request("client to ClusterIP", system.lab().client(), CLUSTER_IP, PORT, names(pods(2)));
  }

  private void checkNothingWritten(ApplierProgram applier) {
    Metrics metrics = applier.metrics();
    long counted = Math.round(metrics.sum("sluice_kernel_writes_total"));
    OptionalLong logged = applier.lastApplied("writes");
    if (counted != 0 || logged.isEmpty() || logged.getAsLong() != 0) {
      throw new TourException(
          "expected no kernel writes after the restart: %d counted, logged: %s"
              .formatted(counted, logged));
    }
    narrator.line("kernel writes since: 0 (sluice_kernel_writes_total, and writes=0 in its log)");
  }

  private Answers request(
      String what, NetworkNamespace from, String address, int port, Set<String> expected) {
    Answers answers = Answers.of(Probe.tcp(from, address, port).ask(REQUESTS));
    answers.allFrom(expected, what);
    narrator.line(
        "%-27s %s; pods saw %s; median %s"
            .formatted(
                what,
                answers.distribution(),
                String.join(", ", answers.sources()),
                Narrator.text(answers.median())));
    return answers;
  }

  private ProbeResult ask() {
    return Probe.tcp(system.lab().client(), CLUSTER_IP, PORT).ask();
  }

  private Duration awaitAnswer(long since, Predicate<Answer> wanted) {
    return await(since, result -> result instanceof Answer answer && wanted.test(answer));
  }

  /** Asks until the result is one that is wanted; gives the time from {@code since} to it. */
  private Duration await(long since, Predicate<ProbeResult> wanted) {
    ProbeResult result;
    Duration passed;
    do {
      result = ask();
      passed = Duration.ofNanos(System.nanoTime() - since);
      if (passed.compareTo(CHANGE_LIMIT) > 0) {
        throw new TourException(
            "the change was not seen within %d s; last: %s"
                .formatted(CHANGE_LIMIT.toSeconds(), result));
      }
    } while (!wanted.test(result));
    return passed;
  }

  private long save(List<Pod> endpoints) {
    revision += REVISIONS_A_SAVE;
    return manifests.save(endpoints.stream().map(DemoSystem::endpoint).toList());
  }

  /** The applier writes one family after the other; what was seen is so in the first one only. */
  private void awaitKernel() {
    system.applier().awaitRevision(revision, CHANGE_LIMIT);
  }

  private long publishedToKernel() {
    String field = "published_to_kernel_ms";
    return system
        .applier()
        .lastApplied(field)
        .orElseThrow(() -> new TourException("the applier has not logged " + field));
  }

  private List<Pod> pods(int number) {
    return system.lab().pods().subList(0, number);
  }

  private static Set<String> names(List<Pod> pods) {
    return pods.stream().map(Pod::name).collect(Collectors.toCollection(TreeSet::new));
  }
}
