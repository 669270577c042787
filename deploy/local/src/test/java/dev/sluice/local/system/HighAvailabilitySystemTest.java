package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.event.Cause;
import dev.sluice.events.event.Change;
import dev.sluice.local.apiserver.FakeApiServer;
import dev.sluice.local.lab.KernelTest;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * Two watchers and three brokers of which one after the other fails, while the cluster changes and
 * a kernel follows. After each failure everything is checked from the beginning: see {@link
 * LogCheck}.
 */
@Tag("system")
@KernelTest
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HighAvailabilitySystemTest {
  private static final long SEED = 20260131;

  private WatchedSystem system;

  @BeforeAll
  void start() throws Exception {
    system = WatchedSystem.start(Files.createTempDirectory("sluice-ha"), SEED);
  }

  @AfterAll
  void end() throws Exception {
    if (system != null) {
      system.close();
    }
  }

  @Test
  @Order(1)
  void oneLeadsAndTheOtherAsksForNothingButTheLease() throws Exception {
    WatcherProcess standby = system.other(system.leader());
    system.awaitStandsBy(standby);

    system.awaitPublished(20);

    assertThat(standby.health().code()).isEqualTo(200);
    assertThat(standby.api().requests()).isNotEmpty().allMatch(each -> each.contains("/leases"));
    assertThat(standby.metric("sluice_watcher_takeovers_total")).isZero();
    system.check();
  }

  @Test
  @Order(2)
  void aLeaderThatIsKilledIsReplaced() throws Exception {
    WatcherProcess leader = system.leader();
    WatcherProcess standby = system.other(leader);
    long epoch = system.epoch();

    leader.kill();
    system.gone(leader);

    system.awaitLeads(standby);
    assertThat(system.epoch()).isGreaterThan(epoch);
    system.awaitPublished(20);
    system.check();
    system.start(leader.api());
  }

  @Test
  @Order(3)
  void aLeaderThatEndsInOrderGivesTheLeaseBack() throws Exception {
    WatcherProcess leader = system.leader();
    WatcherProcess standby = system.other(leader);

    assertThat(leader.terminate().exitCode()).isZero();
    system.gone(leader);

    system.awaitLeads(standby);
    system.check();
    system.start(leader.api());
  }

  @Test
  @Order(4)
  void whatAPausedLeaderWritesLateIsRefused() throws Exception {
    boolean refused = false;
    for (int round = 1; round <= 3 && !refused; round++) {
      WatcherProcess leader = system.leader();
      WatcherProcess standby = system.other(leader);
      system.script().hurry(true);
      system.awaitPublished(50);

      system.stopInTheMidstOfAWrite(leader);
      system.script().hurry(false);
      system.awaitLeads(standby);
      long epoch = system.epoch();
      system.awaitPublished(20);
      leader.go();

      system.awaitStandsBy(leader);
      assertThat(leader.metric("sluice_watcher_elected")).isZero();
      assertThat(system.epoch()).as("only one leads").isEqualTo(epoch);
      refused = system.isRefusedAWrite(leader);
    }
    assertThat(refused).as("a write was refused").isTrue();
    system.check();
  }

  @Test
  @Order(5)
  void aStandbyThatSeesThePastPublishesNothingOfIt() throws Exception {
    WatcherProcess leader = system.leader();
    WatcherProcess standby = system.other(leader);
    standby.api().stayBehind();
    system.awaitPublished(40);
    leader.kill();
    system.gone(leader);

    WatchedSystem.until("it says that it sees the past")
        .until(() -> standby.health().body().contains("lags behind"));
    long revision = system.revision();
    long epoch = system.epoch();
    WatchedSystem.until("it has tried more than once")
        .until(() -> standby.metric("sluice_watcher_takeovers_total") >= 2);

    assertThat(system.revision()).isEqualTo(revision);
    assertThat(system.epoch()).isEqualTo(epoch);
    standby.api().catchUp();
    system.awaitLeads(standby);
    system.check();
    system.start(leader.api());
  }

  @Test
  @Order(6)
  void theBrokerThatLeadsTheLogMayDie() throws Exception {
    system.leader();
    int broker = system.partitionLeader(system.log().topics().state());

    system.brokers().kill(broker);

    WatchedSystem.until("another broker leads")
        .until(() -> system.partitionLeader(system.log().topics().state()) != broker);
    system.awaitPublished(20);
    system.check();
    system.brokers().restart(broker);
    system.awaitPublished(20);
    system.check();
  }

  @Test
  @Order(7)
  void whileTheApiServerIsGoneNobodyPublishesAndThenNothingIsLost() throws Exception {
    WatcherProcess leader = system.leader();
    WatcherProcess standby = system.other(leader);
    List<FakeApiServer> servers = List.of(leader.api(), standby.api());

    servers.forEach(FakeApiServer::goAway);
    system.awaitStandsBy(leader);
    long revision = system.revision();
    int made = system.script().made().size();
    WatchedSystem.until("the cluster has changed")
        .until(() -> system.script().made().size() > made + 40);

    assertThat(leader.health().body()).contains("\"lease\":");
    assertThat(system.revision()).isEqualTo(revision);
    servers.forEach(FakeApiServer::comeBack);
    system.leader();
    system.awaitPublished(20);
    system.check();
  }

  @Test
  @Order(8)
  void aWatchThatComesTooLateListsAnew() throws Exception {
    FakeApiServer api = system.leader().api();
    for (boolean inStream : new boolean[] {false, true}) {
      if (inStream) {
        api.sayGoneInStream();
      }
      long before = system.revision();
      int made = system.script().made().size();

      api.fail(true);
      api.dropConnections();
      WatchedSystem.until("the cluster has changed")
          .until(() -> system.script().made().size() > made + 10);
      system.cluster().compact();
      api.fail(false);

      WatchedSystem.until("what was missed is on the log").until(() -> resyncedAfter(before));
      system.check();
    }
  }

  private boolean resyncedAfter(long revision) throws Exception {
    return system.log().history().entries().stream()
        .map(Change::revision)
        .anyMatch(each -> each.number() > revision && each.cause() == Cause.RESYNC);
  }
}
