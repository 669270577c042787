package dev.sluice.local.bench.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.applier.forwarding.Destination;
import dev.sluice.applier.forwarding.Verdict.Balance;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.model.Cidr;
import dev.sluice.events.model.IpFamily;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadTest {
  private final Workload workload = new Workload(IpFamily.IPV4, 1000, 20);

  private static List<Destination> destinations(VirtualServer server) {
    return ((Balance) server.verdict()).destinations();
  }

  @Test
  void everyEndpointHasAnAddressOfItsOwnThatLeadsToTheServer() {
    List<Destination> all =
        workload.servers().stream().flatMap(server -> destinations(server).stream()).toList();

    assertThat(all).hasSize(20_000).doesNotHaveDuplicates();
    assertThat(all).allMatch(d -> Cidr.parse(Workload.ENDPOINTS_V4).contains(d.address()));
  }

  @Test
  void noMoreEndpointsAreOnTheNodeThanItHasPods() {
    long local =
        workload.servers().stream()
            .flatMap(server -> destinations(server).stream())
            .filter(Destination::local)
            .count();

    assertThat(local).isBetween(100L, 110L);
  }

  @Test
  void aReplacementIsAnEndpointThatNoneHadBefore() {
    VirtualServer before = workload.servers().get(7);

    VirtualServer after = workload.replaced(before, 3);

    List<Destination> come = new ArrayList<>(destinations(after));
    come.removeAll(destinations(before));
    assertThat(destinations(after)).hasSize(20);
    assertThat(come).extracting(Destination::toString).containsExactly("10.128.78.36:8080");
  }

  @Test
  void moreEndpointsThanThereAreAddressesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Workload(IpFamily.IPV4, 60_000, 200))
        .withMessageContaining("60000");
  }
}
