package dev.sluice.watcher.lease;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;

/** Whoever stands is elected: the last watcher to start takes over. */
public final class NoElection implements Election {
  private record Unopposed(Future<Void> won, Future<Void> lost) implements Candidacy {
    @Override
    public Future<Void> withdraw() {
      return Future.succeededFuture();
    }
  }

  @Override
  public Candidacy stand() {
    return new Unopposed(Future.succeededFuture(), Promise.<Void>promise().future());
  }

  @Override
  public boolean contested() {
    return false;
  }

  @Override
  public Optional<String> leader() {
    return Optional.empty();
  }

  @Override
  public Optional<String> problem() {
    return Optional.empty();
  }
}
