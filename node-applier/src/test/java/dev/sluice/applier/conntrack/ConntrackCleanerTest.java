package dev.sluice.applier.conntrack;

import static dev.sluice.applier.conntrack.UdpServices.SERVICE;
import static dev.sluice.applier.conntrack.UdpServices.image;
import static dev.sluice.applier.conntrack.UdpServices.ready;
import static dev.sluice.applier.conntrack.UdpServices.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.NodePortAddresses;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpAddress;
import dev.sluice.events.model.IpFamily;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class ConntrackCleanerTest {
  private static final Set<IpFamily> BOTH = Set.of(IpFamily.IPV4, IpFamily.IPV6);
  private static final Flow TO_2 = Flows.udp("10.96.0.10:53", "10.244.1.2:5353");
  private static final Flow TO_3 = Flows.udp("172.20.0.1:30053", "10.244.1.3:5353");
  private static final Flow V6 = Flows.udp("[fd00:10:96::a]:53", "[fd00::3]:5353");

  private final FakeTable table = new FakeTable();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ConntrackCleaner cleaner =
      new ConntrackCleaner(table, () -> Set.of(IpAddress.parse("172.20.0.1")), registry);

  private static final class FakeTable implements FlowTable {
    private final List<Flow> flows = new ArrayList<>();
    private int dumps;
    private boolean broken;

    @Override
    public List<Flow> udp(IpFamily family, Predicate<Flow> wanted) throws IOException {
      dumps++;
      if (broken) {
        throw new IOException("netlink query: EPERM");
      }
      return flows.stream().filter(f -> f.family() == family).filter(wanted).toList();
    }

    @Override
    public int delete(List<Flow> all) {
      flows.removeAll(all);
      return all.size();
    }
  }

  private void apply(Set<IpFamily> written, String... manifests) {
    ClusterImage image = image(manifests);
    cleaner.plan(image, new NodePortAddresses(Optional.empty(), true), UdpServices.servers(image));
    cleaner.clean(written);
  }

  private double deleted() {
    return registry.get("sluice.conntrack.deleted.flows").counter().count();
  }

  @Test
  void theFirstTimeAllIsReconciled() {
    table.flows.addAll(List.of(TO_2, TO_3, V6));

    apply(BOTH, SERVICE, slice(ready("10.244.1.2")));

    assertThat(table.flows).containsExactly(TO_2);
    assertThat(deleted()).isEqualTo(2);
  }

  @Test
  void withoutAUdpChangeNothingIsRead() {
    apply(BOTH);
    assertThat(table.dumps).isZero();
    apply(BOTH, SERVICE, slice(ready("10.244.1.2")));
    apply(BOTH, SERVICE, slice(ready("10.244.1.2")));
    cleaner.clean(BOTH);

    assertThat(table.dumps).isEqualTo(2); // one a family
  }

  @Test
  void flowsToWhatOnlyAnEarlierApplierForwardedAreEnded() {
    ClusterImage earlier = image(SERVICE, slice(ready("10.244.1.2")));
    table.flows.addAll(List.of(TO_2, TO_3));

    cleaner.before(UdpServices.servers(earlier).values().stream().flatMap(List::stream).toList());
    apply(BOTH);

    assertThat(table.flows).isEmpty();
    assertThat(deleted()).isEqualTo(2);
  }

  @Test
  void aDeletedServicesFlowsAreEndedOnce() {
    apply(BOTH, SERVICE, slice(ready("10.244.1.2"), ready("10.244.1.3")));
    table.flows.addAll(List.of(TO_2, TO_3));

    apply(BOTH);

    assertThat(table.flows).isEmpty();
    table.flows.add(TO_2); // whose it now is, is not known
    apply(BOTH, SERVICE.replace("10.96.0.10", "10.96.0.11"), slice(ready("10.244.1.4")));
    assertThat(table.flows).containsExactly(TO_2);
  }

  @Test
  void aFailureIsCountedAndMadeUpFor() {
    apply(BOTH, SERVICE, slice(ready("10.244.1.2"), ready("10.244.1.3")));
    table.flows.addAll(List.of(TO_2, TO_3));
    table.broken = true;

    apply(BOTH);
    assertThat(registry.get("sluice.conntrack.failures").counter().count()).isEqualTo(1);
    assertThat(table.flows).hasSize(2);

    table.broken = false;
    cleaner.clean(BOTH);
    assertThat(table.flows).isEmpty();
  }

  @Test
  void flowsWaitForTheirFamilysRules() {
    table.flows.addAll(List.of(TO_3, V6));

    apply(Set.of(IpFamily.IPV6), SERVICE, slice(ready("10.244.1.2")));
    assertThat(table.flows).containsExactly(TO_3);

    cleaner.clean(Set.of(IpFamily.IPV4));
    assertThat(table.flows).isEmpty();
  }
}
