package dev.sluice.watcher.cli;

import dev.sluice.watcher.lease.Election;
import dev.sluice.watcher.lease.LeaseElection;
import dev.sluice.watcher.lease.LeaseSettings;
import dev.sluice.watcher.lease.NoElection;
import io.fabric8.kubernetes.client.Config;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of the election, called as Kubernetes' own components call them; a mixin. */
final class ElectionOptions {
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?");

  @Option(
      names = "--leader-elect",
      paramLabel = "true|false",
      arity = "0..1",
      fallbackValue = "true",
      description = {
        "Publish only while holding a Lease, so that several watchers may run (default: true;",
        "with --manifests there is no API server that has one)."
      })
  private Optional<Boolean> leaderElect = Optional.empty();

  @Option(
      names = "--leader-elect-resource-namespace",
      paramLabel = "NAMESPACE",
      defaultValue = "kube-system",
      description = "Where the Lease is (default: ${DEFAULT-VALUE}).")
  private String namespace = "kube-system";

  @Option(
      names = "--leader-elect-resource-name",
      paramLabel = "NAME",
      description = "What the Lease is called (default: what --cluster says, and -watcher).")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--leader-elect-identity",
      paramLabel = "NAME",
      description = "This watcher among the candidates (default: its host and a random UUID).")
  private Optional<String> identity = Optional.empty();

  @Option(
      names = "--leader-elect-lease-duration",
      paramLabel = "DURATION",
      defaultValue = "15s",
      description = {
        "How long others wait for a leader that does not renew; whole seconds",
        "(default: ${DEFAULT-VALUE})."
      })
  private Duration leaseDuration = Duration.ofSeconds(15);

  @Option(
      names = "--leader-elect-renew-deadline",
      paramLabel = "DURATION",
      defaultValue = "10s",
      description = {
        "A leader that could not renew for so long stops publishing; less than the lease duration",
        "(default: ${DEFAULT-VALUE})."
      })
  private Duration renewDeadline = Duration.ofSeconds(10);

  @Option(
      names = "--leader-elect-retry-period",
      paramLabel = "DURATION",
      defaultValue = "2s",
      description = "How often to renew, or to look for a free Lease (default: ${DEFAULT-VALUE}).")
  private Duration retryPeriod = Duration.ofSeconds(2);

  /**
   * What they say.
   *
   * @param api how to reach the API server; empty where there is none
   * @param cluster what the topics' names begin with
   * @throws ParameterException if they contradict each other, or a name can't be one
   */
  Election election(
      CommandLine command, Vertx vertx, Optional<Supplier<Config>> api, String cluster) {
    boolean wanted = leaderElect.orElse(api.isPresent());
    if (wanted && api.isEmpty()) {
      throw new ParameterException(
          command, "--leader-elect needs an API server, and --manifests has none");
    }
    if (!wanted) {
      return new NoElection();
    }
    String lease = name.orElse(cluster + "-watcher");
    check(command, NAMESPACE, namespace, "--leader-elect-resource-namespace");
    check(command, NAME, lease, "--leader-elect-resource-name");
    try {
      return new LeaseElection(
          vertx,
          api.get(),
          new LeaseSettings(
              namespace,
              lease,
              identity.orElseGet(ElectionOptions::ownIdentity),
              leaseDuration,
              renewDeadline,
              retryPeriod));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command, "--leader-elect: " + e.getMessage(), e);
    }
  }

  private static void check(CommandLine command, Pattern legal, String text, String option) {
    if (!legal.matcher(text).matches()) {
      throw new ParameterException(command, option + ": \"" + text + "\" can't name one");
    }
  }

  /** A new one for each process, or one that is restarted would have its predecessor's Lease. */
  private static String ownIdentity() {
    try {
      return InetAddress.getLocalHost().getHostName() + "_" + UUID.randomUUID();
    } catch (UnknownHostException e) {
      return "unknown_" + UUID.randomUUID();
    }
  }
}
