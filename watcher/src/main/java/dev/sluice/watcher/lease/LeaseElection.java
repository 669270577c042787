package dev.sluice.watcher.lease;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vertx.core.Vertx;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whoever holds a Lease of the cluster leads. */
public final class LeaseElection implements Election {
  private static final Logger log = LoggerFactory.getLogger(LeaseElection.class);

  private final Vertx vertx;
  private final Supplier<Config> config;
  private final LeaseSettings settings;
  private volatile Optional<String> leader = Optional.empty();
  private volatile Optional<String> problem = Optional.empty();

  /**
   * Does not connect yet.
   *
   * @param config how to reach the API server, asked anew for each candidacy
   */
  public LeaseElection(Vertx vertx, Supplier<Config> config, LeaseSettings settings) {
    this.vertx = vertx;
    this.config = config;
    this.settings = settings;
  }

  @Override
  public Candidacy stand() {
    LeaseCandidacy candidacy = new LeaseCandidacy(vertx, settings, this::leads, this::outcome);
    candidacy.start(config);
    return candidacy;
  }

  @Override
  public boolean contested() {
    return true;
  }

  @Override
  public Optional<String> leader() {
    return leader;
  }

  @Override
  public Optional<String> problem() {
    return problem;
  }

  private void leads(String identity) {
    Optional<String> before = leader;
    leader = Optional.of(identity).filter(holder -> !holder.isEmpty());
    if (!leader.equals(before)) {
      log.info(
          "event=leader-seen lease={}/{} leader=\"{}\" us={}",
          settings.namespace(),
          settings.name(),
          identity,
          identity.equals(settings.identity()));
    }
  }

  /** A request for the Lease was answered, or failed. */
  private void outcome(Optional<KubernetesClientException> failure) {
    if (failure.isPresent() && failure.get().getCode() == HttpURLConnection.HTTP_CONFLICT) {
      return; // another was faster, which is what a Lease is for
    }
    Optional<String> reason = failure.map(LeaseElection::text);
    if (reason.isPresent() && problem.isEmpty()) {
      log.warn(
          "event=lease-unreachable lease={}/{} reason=\"{}\"",
          settings.namespace(),
          settings.name(),
          reason.get());
    } else if (reason.isEmpty() && problem.isPresent()) {
      log.info("event=lease-reachable lease={}/{}", settings.namespace(), settings.name());
    }
    problem = reason;
  }

  private static String text(KubernetesClientException failure) {
    Throwable cause = failure.getCause();
    return cause == null
        ? String.valueOf(failure.getMessage())
        : failure.getMessage() + ": " + cause.getMessage();
  }
}
