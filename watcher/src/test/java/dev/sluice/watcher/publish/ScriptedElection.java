package dev.sluice.watcher.publish;

import dev.sluice.watcher.lease.Candidacy;
import dev.sluice.watcher.lease.Election;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An election that a test decides. Thread-safe. */
final class ScriptedElection implements Election {
  private final Vertx vertx;
  private final MemoryLog log;
  private final List<Standing> candidacies = new ArrayList<>();

  ScriptedElection(Vertx vertx, MemoryLog log) {
    this.vertx = vertx;
    this.log = log;
  }

  private record Standing(Context context, Promise<Void> over, Promise<Void> in, MemoryLog log)
      implements Candidacy {
    @Override
    public Future<Void> won() {
      return in.future();
    }

    @Override
    public Future<Void> lost() {
      return over.future();
    }

    @Override
    public Future<Void> withdraw() {
      log.called("withdraw");
      return Future.succeededFuture();
    }
  }

  @Override
  public synchronized Candidacy stand() {
    log.called("stand");
    Standing standing =
        new Standing(vertx.getOrCreateContext(), Promise.promise(), Promise.promise(), log);
    candidacies.add(standing);
    return standing;
  }

  /** The latest candidacy wins. */
  synchronized void win() {
    Standing last = candidacies.getLast();
    last.context().runOnContext(v -> last.in().tryComplete());
  }

  /** The latest candidacy is lost. */
  synchronized void lose() {
    Standing last = candidacies.getLast();
    last.context().runOnContext(v -> last.over().tryComplete());
  }

  synchronized int candidacies() {
    return candidacies.size();
  }

  @Override
  public boolean contested() {
    return true;
  }

  @Override
  public Optional<String> leader() {
    return Optional.of("another");
  }

  @Override
  public Optional<String> problem() {
    return Optional.empty();
  }
}
