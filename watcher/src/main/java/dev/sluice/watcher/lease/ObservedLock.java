package dev.sluice.watcher.lease;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A Lease as an elector should see it. What the elector by itself gets wrong:
 *
 * <ul>
 *   <li>It compares the holder's clock with ours, so that clocks that differ by a lease duration
 *       would take the Lease from every leader at once. Here a Lease counts as renewed when we see
 *       that it was, which is how Kubernetes' own electors count.
 *   <li>It stops for good, without a word, at any exception but one. Here there is only that one.
 *   <li>It gives back with no holder in a merge patch, where what is absent stays as it was. Here
 *       the holder is empty.
 * </ul>
 *
 * <p>Used by one thread; {@link #renewedNanoTime} by any.
 */
final class ObservedLock implements Lock {
  private final Lock lock;
  private final Consumer<Optional<KubernetesClientException>> outcomes;
  private Optional<LeaderElectionRecord> seen = Optional.empty();
  private ZonedDateTime seenTime = now();
  private volatile long renewedNanoTime = System.nanoTime();

  /**
   * @param outcomes is told what became of each request: an error, or empty
   */
  ObservedLock(Lock lock, Consumer<Optional<KubernetesClientException>> outcomes) {
    this.lock = lock;
    this.outcomes = outcomes;
  }

  /** When the request that was the last to renew the Lease was sent, as of the system's timer. */
  long renewedNanoTime() {
    return renewedNanoTime;
  }

  @Override
  public @Nullable LeaderElectionRecord get(KubernetesClient client) {
    LeaderElectionRecord record = request(() -> Optional.ofNullable(lock.get(client))).orElse(null);
    if (record == null) {
      return null;
    }
    if (!seen.equals(Optional.of(record))) {
      seen = Optional.of(record);
      seenTime = now();
    }
    return record.toBuilder().renewTime(seenTime).build();
  }

  @Override
  public void create(KubernetesClient client, LeaderElectionRecord record) {
    write(() -> lock.create(client, record));
  }

  @Override
  public void update(KubernetesClient client, LeaderElectionRecord record) {
    boolean held = record.getHolderIdentity() != null;
    LeaderElectionRecord written = held ? record : record.toBuilder().holderIdentity("").build();
    write(() -> lock.update(client, written));
  }

  private void write(Runnable request) {
    long sent = System.nanoTime();
    request(
        () -> {
          request.run();
          return Optional.empty();
        });
    renewedNanoTime = sent;
  }

  private <T> Optional<T> request(Supplier<Optional<T>> request) {
    try {
      Optional<T> result = request.get();
      outcomes.accept(Optional.empty());
      return result;
    } catch (RuntimeException e) {
      KubernetesClientException failure =
          e instanceof KubernetesClientException known
              ? known
              : new KubernetesClientException("the Lease is not as expected: " + e, e);
      outcomes.accept(Optional.of(failure));
      throw failure;
    }
  }

  @Override
  public String identity() {
    return lock.identity();
  }

  @Override
  public String describe() {
    return lock.describe();
  }

  private static ZonedDateTime now() {
    return ZonedDateTime.now(ZoneOffset.UTC);
  }
}
