package dev.sluice.local.faults;

import dev.sluice.events.model.ClusterObject;
import dev.sluice.events.model.ObjectKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Publishes changes of a cluster without end, on a thread of its own, but where others hold it
 * back. Any thread.
 */
final class Churn implements AutoCloseable {
  private static final int MOST_STEPS = 12;
  private static final int LONGEST_PAUSE_MILLIS = 60;

  private final FaultLog log;
  private final ChurnCluster cluster;
  private final RandomGenerator random;
  private final int patience;

  /** Held by whoever uses log and cluster; fair, so that nobody starves. */
  private final ReentrantLock lock = new ReentrantLock(true);

  private final Thread thread = Thread.ofPlatform().name("churn").daemon().unstarted(this::run);
  private volatile boolean stopped;
  private volatile Optional<RuntimeException> failure = Optional.empty();

  private Churn(FaultLog log, ChurnCluster cluster, RandomGenerator random, int patience) {
    this.log = log;
    this.cluster = cluster;
    this.random = random;
    this.patience = patience;
  }

  /**
   * @param patience as {@link FaultNode#patience}
   */
  static Churn start(FaultLog log, ChurnCluster cluster, RandomGenerator random, int patience) {
    Churn churn = new Churn(log, cluster, random, patience);
    churn.thread.start();
    return churn;
  }

  private void run() {
    try {
      while (!stopped) {
        lock.lock();
        try {
          log.publish(cluster.burst(1 + random.nextInt(MOST_STEPS)));
        } finally {
          lock.unlock();
        }
        Thread.sleep((long) patience * random.nextInt(LONGEST_PAUSE_MILLIS));
      }
    } catch (InterruptedException e) {
      // told to end
    } catch (RuntimeException e) {
      failure = Optional.of(e);
    }
  }

  /** What may be done with a log while nobody else writes to it. */
  interface Quiet<T> {
    T with(FaultLog log, ChurnCluster cluster) throws FaultLog.CallFailedException;
  }

  /**
   * Does something while nothing is published.
   *
   * @throws FaultException if publishing has failed before, or the log can't be read
   */
  <T> T quietly(Quiet<T> action) {
    lock.lock();
    try {
      checkRunning();
      return action.with(log, cluster);
    } catch (FaultLog.CallFailedException e) {
      throw new FaultException("the log can't be used: " + e.getMessage(), e);
    } finally {
      lock.unlock();
    }
  }

  private void checkRunning() {
    failure.ifPresent(
        e -> {
          throw new FaultException("publishing has failed: " + e.getMessage(), e);
        });
  }

  /** The latest revision on the log, which may be another one at once. */
  long revision() {
    return this.<Long>quietly((open, all) -> open.revision());
  }

  /** Publishes something besides. */
  void publish(Function<ChurnCluster, List<Edit>> edits) {
    boolean _ =
        this.<Boolean>quietly(
            (open, all) -> {
              open.publish(edits.apply(all));
              return true;
            });
  }

  /** What the cluster has. */
  Map<ObjectKey, ClusterObject> objects() {
    return this.<Map<ObjectKey, ClusterObject>>quietly((open, all) -> all.objects());
  }

  /** Ends publishing; what is under way is finished. */
  @Override
  public void close() {
    stopped = true;
    boolean interrupted = Thread.interrupted();
    try {
      thread.join();
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
