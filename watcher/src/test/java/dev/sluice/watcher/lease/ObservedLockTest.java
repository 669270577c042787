package dev.sluice.watcher.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ObservedLockTest {
  private final KubernetesClient client = new KubernetesClientBuilder().build();
  private final Stored stored = new Stored();
  private final List<Optional<KubernetesClientException>> outcomes = new ArrayList<>();
  private final ObservedLock lock = new ObservedLock(stored, outcomes::add);

  @AfterEach
  void close() {
    client.close();
  }

  /** A Lease without a server. */
  private static final class Stored implements Lock {
    private Optional<LeaderElectionRecord> record = Optional.empty();
    private Optional<RuntimeException> failure = Optional.empty();

    @Override
    public LeaderElectionRecord get(KubernetesClient client) {
      failure.ifPresent(
          e -> {
            throw e;
          });
      return record.orElseThrow();
    }

    @Override
    public void create(KubernetesClient client, LeaderElectionRecord created) {
      record = Optional.of(created);
    }

    @Override
    public void update(KubernetesClient client, LeaderElectionRecord updated) {
      record = Optional.of(updated);
    }

    @Override
    public String identity() {
      return "us";
    }

    @Override
    public String describe() {
      return "a Lease";
    }
  }

  @Test
  void aHolderWhoseClockIsAnHourBehindStillHoldsWhatItRenews() throws Exception {
    ZonedDateTime theirs = now().minusHours(1);
    stored.record = Optional.of(held(theirs));

    ZonedDateTime first = renewTime();
    assertThat(first).isAfter(now().minusSeconds(10));
    Thread.sleep(20);
    assertThat(renewTime()).as("not renewed since").isEqualTo(first);
    stored.record = Optional.of(held(theirs.plusSeconds(2)));
    assertThat(renewTime()).isAfter(first);
  }

  @Test
  void whatIsGivenBackHasAnEmptyHolderAndNotNone() {
    LeaderElectionRecord nobody =
        new LeaderElectionRecord(null, Duration.ofSeconds(1), now(), now(), 3);

    lock.update(client, nobody);

    assertThat(stored.record.orElseThrow().getHolderIdentity()).isEmpty();
  }

  @Test
  void anyFailureIsOfTheKindThatAnElectorOutlives() {
    stored.failure = Optional.of(new NullPointerException("no spec"));

    assertThatThrownBy(() -> lock.get(client))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("no spec");
    assertThat(outcomes).singleElement().satisfies(outcome -> assertThat(outcome).isPresent());
  }

  private ZonedDateTime renewTime() {
    return Objects.requireNonNull(lock.get(client)).getRenewTime();
  }

  private static LeaderElectionRecord held(ZonedDateTime renewed) {
    return new LeaderElectionRecord("them", Duration.ofSeconds(15), renewed, renewed, 0);
  }

  private static ZonedDateTime now() {
    return ZonedDateTime.now(ZoneOffset.UTC);
  }
}
