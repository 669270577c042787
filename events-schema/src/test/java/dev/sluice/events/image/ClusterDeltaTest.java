package dev.sluice.events.image;

import static dev.sluice.events.image.Entries.API;
import static dev.sluice.events.image.Entries.WEB;
import static dev.sluice.events.image.Entries.deleted;
import static dev.sluice.events.image.Entries.delta;
import static dev.sluice.events.image.Entries.head;
import static dev.sluice.events.image.Entries.node;
import static dev.sluice.events.image.Entries.service;
import static dev.sluice.events.image.Entries.slice;
import static dev.sluice.events.image.Entries.upserted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.ObjectKey;
import dev.sluice.events.model.Service;
import dev.sluice.events.model.ServiceName;
import dev.sluice.events.model.TrafficPolicy;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterDeltaTest {
  @Test
  void anObjectCanBeLookedUpAndItsServiceIsMarked() {
    ClusterDelta delta =
        delta(
            ClusterImage.EMPTY,
            upserted(1, service(WEB, 80)),
            upserted(2, slice("web-1", Optional.of(API), 8080)),
            upserted(3, node("n", "z")));
    ClusterImage image = delta.apply();

    assertThat(image.revision()).isEqualTo(3);
    assertThat(image.service(WEB)).contains(service(WEB, 80));
    assertThat(image.slices(API)).containsExactly(slice("web-1", Optional.of(API), 8080));
    assertThat(image.slices(WEB)).isEmpty();
    assertThat(image.node("n")).contains(node("n", "z"));
    assertThat(delta.changedServices()).containsExactly(API, WEB);
    assertThat(delta.changedNodes()).containsExactly("n");
  }

  @Test
  void anEqualObjectMarksNothing() {
    ClusterImage image = delta(ClusterImage.EMPTY, upserted(1, service(WEB, 80))).apply();

    ClusterDelta delta = delta(image, upserted(2, service(WEB, 80)));

    assertThat(delta.changedServices()).isEmpty();
    assertThat(delta.apply().revision()).isEqualTo(2);
  }

  @Test
  void aSliceThatMovesMarksBothServices() {
    ClusterImage before =
        delta(ClusterImage.EMPTY, upserted(1, slice("s", Optional.of(WEB), 80))).apply();

    ClusterDelta delta = delta(before, upserted(2, slice("s", Optional.of(API), 80)));

    assertThat(delta.changedServices()).containsExactly(API, WEB);
    assertThat(delta.apply().slices(WEB)).isEmpty();
    assertThat(delta.apply().slices(API)).hasSize(1);
    assertThat(before.slices(WEB)).hasSize(1);
  }

  @Test
  void aSliceThatLosesItsServiceMarksIt() {
    ClusterImage before =
        delta(ClusterImage.EMPTY, upserted(1, slice("s", Optional.of(WEB), 80))).apply();

    ClusterDelta delta = delta(before, upserted(2, slice("s", Optional.empty(), 80)));

    assertThat(delta.changedServices()).containsExactly(WEB);
    assertThat(delta.apply().slices(WEB)).isEmpty();
  }

  @Test
  void aDeletionRemovesAndMarks() {
    ClusterImage before =
        delta(
                ClusterImage.EMPTY,
                upserted(1, service(WEB, 80)),
                upserted(2, slice("s", Optional.of(WEB), 80)),
                upserted(3, node("n", "")))
            .apply();

    ClusterDelta delta =
        delta(
            before,
            deleted(4, ObjectKey.endpointSlice("shop", "s")),
            deleted(5, ObjectKey.node("n")),
            deleted(6, ObjectKey.node("never-seen")));

    assertThat(delta.changedServices()).containsExactly(WEB);
    assertThat(delta.changedNodes()).containsExactly("n");
    assertThat(delta.apply().keys()).containsExactly(WEB.key());
  }

  @Test
  void theHeadSaysTheRevisionWhereTheLastDeletionIsCompactedAway() {
    ClusterImage image = delta(ClusterImage.EMPTY, upserted(1, node("n", "")), head(9)).apply();

    assertThat(image.revision()).isEqualTo(9);
    assertThat(image.complete()).isTrue();
  }

  @Test
  void aSnapshotRemovesWhatItDoesNotName() {
    ClusterImage before =
        delta(
                ClusterImage.EMPTY,
                upserted(1, service(WEB, 80)),
                upserted(2, slice("s", Optional.of(API), 80)),
                upserted(3, node("n", "")))
            .apply();

    ClusterDelta delta = delta(before, upserted(1, service(WEB, 80)), head(5));
    delta.finishSnapshot();

    assertThat(delta.apply().keys()).containsExactly(WEB.key());
    assertThat(delta.changedServices()).containsExactly(API);
    assertThat(delta.changedNodes()).containsExactly("n");
  }

  @Test
  void aSnapshotOfALogThatBeganAnewHasItsRevision() {
    ClusterImage before =
        delta(ClusterImage.EMPTY, upserted(100, node("n", "")), head(100)).apply();

    ClusterDelta delta = delta(before, upserted(1, node("n", "")), head(2));
    delta.finishSnapshot();

    assertThat(delta.apply().revision()).isEqualTo(2);
  }

  @Test
  void aSnapshotOfAnEmptyLogIsNotComplete() {
    ClusterImage before = delta(ClusterImage.EMPTY, upserted(1, node("n", "")), head(1)).apply();

    ClusterDelta delta = new ClusterDelta(before);
    delta.finishSnapshot();

    assertThat(delta.apply().complete()).isFalse();
    assertThat(delta.apply()).isEqualTo(ClusterImage.EMPTY);
  }

  @Test
  void onlyServicesThatAProxyServesAreCounted() {
    ClusterImage two =
        delta(
                ClusterImage.EMPTY,
                upserted(1, served("a", Service.Type.CLUSTER_IP, "")),
                upserted(2, served("b", Service.Type.LOAD_BALANCER, "")),
                upserted(3, served("c", Service.Type.EXTERNAL_NAME, "")),
                upserted(4, served("d", Service.Type.CLUSTER_IP, "cilium")),
                upserted(5, service(named("headless"), 80)),
                upserted(6, slice("s", Optional.of(WEB), 80)))
            .apply();
    assertThat(two.servedServices()).isEqualTo(2);

    ClusterImage one =
        delta(
                two,
                upserted(7, served("a", Service.Type.CLUSTER_IP, "cilium")),
                upserted(8, served("b", Service.Type.NODE_PORT, "")))
            .apply();
    assertThat(one.servedServices()).isEqualTo(1);
    assertThat(delta(one, deleted(9, named("b").key())).apply().servedServices()).isZero();

    ClusterDelta snapshot = delta(two, upserted(10, served("d", Service.Type.CLUSTER_IP, "")));
    snapshot.finishSnapshot();
    assertThat(snapshot.apply().servedServices()).isEqualTo(1);
  }

  private static ServiceName named(String name) {
    return new ServiceName("shop", name);
  }

  private static Service served(String name, Service.Type type, String proxy) {
    return new Service(
        named(name),
        type,
        List.of(IpAddress.parse("10.96.0.1")),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        TrafficPolicy.CLUSTER,
        TrafficPolicy.CLUSTER,
        Optional.empty(),
        0,
        proxy);
  }
}
