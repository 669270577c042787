package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.applier.runtime.ModeStatus;
import dev.sluice.events.event.AutoMode;
import dev.sluice.events.event.Head;
import dev.sluice.events.event.ModeReason;
import dev.sluice.events.model.ProxyMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the number of Services to the mode that nodes forward by. */
@SystemTest
class ModeSystemTest {
  private static final AutoMode LIMITS = new AutoMode(5, 3);

  @TempDir Path folder;

  private final FakeModes modes = new FakeModes();

  @Test
  void theNumberOfServicesDecidesAndEveryApplierObeys(TestLog log) throws Exception {
    services(1, 4);
    try (RunningWatcher _ = RunningWatcher.startWithLimits(log, folder, LIMITS).awaitFollowing();
        RunningApplier applier = RunningApplier.startAuto(log, modes)) {
      applier.awaitMode(ProxyMode.IPTABLES);
      assertThat(head(log).proxyModeReason()).contains(new ModeReason(4, 5, 5));
      Await.until().until(() -> modes.ipvs().leaves() == 1); // nothing was left over

      services(5, 5);

      applier.awaitMode(ProxyMode.IPVS);
      assertThat(head(log).proxyMode()).contains("ipvs");
      assertThat(head(log).proxyModeReason()).contains(new ModeReason(5, 5, 6));
      assertThat(modes.ipvs().writes().getLast().services())
          .as("all, and not what changed alone")
          .hasSize(5);
      Await.until().until(() -> modes.iptables().leaves() == 1);
      assertThat(applier.modes("sluice.proxy.mode")).containsExactly("ipvs");
      assertThat(status(applier).choice().reason())
          .isEqualTo(
              "auto means ipvs, decided at revision 6 with 5 Services, which are not fewer than 5");

      FakeModes others = new FakeModes();
      try (RunningApplier other = RunningApplier.startAuto(log, others)) {
        other.awaitMode(ProxyMode.IPVS);
        Await.until().until(() -> others.iptables().leaves() == 1);
        assertThat(others.iptables().attempts()).isEmpty();
        assertThat(status(other).choice()).isEqualTo(status(applier).choice());
      }

      delete(5);
      delete(4);
      Await.until().until(() -> head(log).revision() == 8);
      assertThat(head(log).proxyMode()).contains("ipvs");

      delete(3);

      applier.awaitMode(ProxyMode.IPTABLES);
      assertThat(head(log).proxyModeReason()).contains(new ModeReason(2, 3, 9));
      Await.until().until(() -> modes.ipvs().leaves() == 2);
    }
    assertThat(log.historyValues())
        .filteredOn(value -> value.has("proxyModeReason"))
        .extracting(
            value -> value.get("proxyMode").asString(),
            value -> value.get("proxyModeReason").get("revision").asInt())
        .containsSubsequence(tuple("ipvs", 6), tuple("iptables", 9));
  }

  @Test
  void changesGoOnByTheOldModeUntilTheNewOneIsThere(TestLog log) throws Exception {
    Scribe scribe = log.scribe().mode("iptables");
    scribe.publish(Manifests.NODE, Manifests.service("web", "10.96.0.80"));
    try (RunningApplier applier = RunningApplier.startAuto(log, modes).awaitApplied(2)) {
      Await.until().until(() -> modes.ipvs().leaves() == 1); // nothing was left over
      modes.ipvs().failNext(3);
      scribe.mode("ipvs");

      scribe.publish(Manifests.service("other", "10.96.0.81"));

      applier.awaitApplied(3);
      Await.until().until(() -> modes.ipvs().attempts().size() >= 2);
      assertThat(modes.iptables().writes())
          .anySatisfy(write -> assertThat(write.services()).containsExactly("shop/other"));
      assertThat(applier.progress().lastError()).isEmpty();

      applier.awaitMode(ProxyMode.IPVS);
      assertThat(modes.ipvs().writes().getLast().services()).hasSize(2);
      assertThat(status(applier).error()).isEmpty();
      assertThat(applier.count("sluice.proxy.mode.switch.failures")).isEqualTo(3);
      assertThat(applier.count("sluice.proxy.mode.switches")).isEqualTo(1);
    }
  }

  @Test
  void aModeThatCantStartIsToldAndTriedAgain(TestLog log) throws Exception {
    Scribe scribe = log.scribe().mode("iptables");
    scribe.publish(Manifests.NODE);
    try (RunningApplier applier = RunningApplier.startAuto(log, modes).awaitApplied(1)) {
      Await.until().until(() -> modes.ipvs().leaves() == 1);
      modes.failStarts(4);
      scribe.mode("ipvs");

      scribe.publish(Manifests.service("web", "10.96.0.80"));

      Await.until().until(() -> status(applier).error().isPresent());
      assertThat(status(applier).error().orElseThrow()).contains("bad start");
      assertThat(status(applier).active()).contains(ProxyMode.IPTABLES);
      applier.awaitMode(ProxyMode.IPVS);
    }
  }

  @Test
  void aHeadAloneSwitchesTheMode(TestLog log) throws Exception {
    Scribe scribe = log.scribe().mode("iptables");
    scribe.publish(Manifests.NODE, Manifests.service("web", "10.96.0.80"));
    try (RunningApplier applier = RunningApplier.startAuto(log, modes).awaitApplied(2)) {
      scribe.mode("ipvs").publish();

      applier.awaitMode(ProxyMode.IPVS);
      assertThat(modes.ipvs().writes().getLast().services()).containsExactly("shop/web");
    }
  }

  @Test
  void timedWorkIsDoneInTimeThoughNothingChanges(TestLog log) throws Exception {
    Scribe scribe = log.scribe().mode("iptables");
    scribe.publish(Manifests.NODE);
    try (RunningApplier applier = RunningApplier.startAuto(log, modes).awaitApplied(1)) {
      Instant due = Instant.now().plusMillis(700);
      modes.iptables().due(due);
      scribe.mode("ipvs").publish();
      applier.awaitMode(ProxyMode.IPVS);
      Await.until().until(() -> modes.iptables().leaves() == 1);
      assertThat(applier.modes("sluice.proxy.mode.leaving")).containsExactly("iptables");

      Await.until().until(() -> modes.iptables().ticks() == 1);

      assertThat(Instant.now()).isAfterOrEqualTo(due);
      Await.until().until(() -> modes.iptables().leaves() == 2);
      Await.until().until(() -> status(applier).leaving().isEmpty());
      assertThat(applier.modes("sluice.proxy.mode.leaving")).isEmpty();
    }
  }

  @Test
  void anEndInTheMidstOfASwitchWaitsForTheWriteAndBeginsNothingElse(TestLog log) throws Exception {
    Scribe scribe = log.scribe().mode("iptables");
    scribe.publish(Manifests.NODE);
    try (RunningApplier applier = RunningApplier.startAuto(log, modes).awaitApplied(1)) {
      Await.until().until(() -> modes.ipvs().leaves() == 1);
      modes.ipvs().holdWrites();
      scribe.mode("ipvs").publish();
      Await.until().until(modes.ipvs()::holdsOne);

      CompletableFuture<Void> stopped = CompletableFuture.runAsync(applier::close);
      Thread.sleep(300);
      assertThat(stopped).isNotDone();
      modes.ipvs().release();

      stopped.join();
      assertThat(modes.ipvs().writes()).hasSize(1);
      assertThat(modes.iptables().leaves()).isZero();
    }
  }

  private static ModeStatus status(RunningApplier applier) {
    return applier.progress().mode().orElseThrow();
  }

  private static Head head(TestLog log) throws Exception {
    return log.image().head().orElseThrow();
  }

  private void services(int from, int to) throws IOException {
    Files.writeString(folder.resolve("node.yaml"), Manifests.NODE);
    for (int i = from; i <= to; i++) {
      Files.writeString(
          folder.resolve("s" + i + ".yaml"), Manifests.service("s" + i, "10.96.1." + i));
    }
  }

  private void delete(int number) throws IOException {
    Files.delete(folder.resolve("s" + number + ".yaml"));
  }
}
