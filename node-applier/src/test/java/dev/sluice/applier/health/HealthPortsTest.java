package dev.sluice.applier.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.model.ServiceName;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthPortsTest {
  private static final ServiceName A = ServiceName.parse("n/a");
  private static final ServiceName B = ServiceName.parse("n/b");

  private final HealthPorts ports = new HealthPorts();

  private static Optional<ServiceHealth> health(ServiceName name, int port, int endpoints) {
    return Optional.of(new ServiceHealth(name, port, endpoints));
  }

  @Test
  void aServiceIsToldOfAtItsPortWhileItHasOne() {
    assertThat(ports.replace(A, health(A, 32001, 1))).containsExactly(32001);
    assertThat(ports.at(32001)).isEqualTo(health(A, 32001, 1));

    assertThat(ports.replace(A, health(A, 32001, 0))).containsExactly(32001);
    assertThat(ports.at(32001)).isEqualTo(health(A, 32001, 0));

    assertThat(ports.replace(A, Optional.empty())).containsExactly(32001);
    assertThat(ports.at(32001)).isEmpty();
    assertThat(ports.all()).isEmpty();
  }

  @Test
  void aServiceWithoutAPortTouchesNone() {
    assertThat(ports.replace(A, Optional.empty())).isEmpty();
  }

  @Test
  void aServiceThatMovesLeavesItsPort() {
    ports.replace(A, health(A, 32001, 1));

    assertThat(ports.replace(A, health(A, 32002, 1))).containsExactlyInAnyOrder(32001, 32002);
    assertThat(ports.all()).containsExactly(32002);
  }

  @Test
  void whereTwoWantAPortTheFirstByNameHasItUntilItGoes() {
    ports.replace(B, health(B, 32001, 1));
    ports.replace(A, health(A, 32001, 2));

    assertThat(ports.at(32001)).isEqualTo(health(A, 32001, 2));
    assertThat(ports.claimants(32001)).containsExactlyInAnyOrder(A, B);

    ports.replace(A, Optional.empty());
    assertThat(ports.at(32001)).isEqualTo(health(B, 32001, 1));
    assertThat(ports.claimants(32001)).containsExactly(B);
  }
}
