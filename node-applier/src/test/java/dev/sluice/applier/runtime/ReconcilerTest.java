package dev.sluice.applier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.conntrack.FlowCleaner;
import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodePortAddresses;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ProxyMode;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReconcilerTest {
  private static final Reconciler.Work WORK =
      new Reconciler.Work(
          ClusterImage.EMPTY,
          Set.of(new ServiceName("default", "dns")),
          false,
          Looks.NONE,
          ProxyMode.IPTABLES,
          true);

  private final List<String> events = new ArrayList<>();

  private final class RecordedCleaner implements FlowCleaner {
    @Override
    public void before(Collection<VirtualServer> servers) {}

    @Override
    public void plan(
        ClusterImage image,
        NodePortAddresses nodePorts,
        Map<ServiceName, List<VirtualServer>> changed) {
      events.add("planned " + changed.keySet());
    }

    @Override
    public void gone(IpFamily family, Set<FrontEnd> udp) {}

    @Override
    public void clean(Set<IpFamily> written) {
      events.add("cleaned " + written);
    }
  }

  private void reconcile(boolean brokenV4) throws IOException {
    FakeModes modes = new FakeModes(events);
    if (brokenV4) {
      modes.breakApply(ProxyMode.IPTABLES, IpFamily.IPV4);
    }
    var _ =
        new Reconciler(
                "node-1", NodeConfig.DEFAULTS, modes, new RecordedCleaner(), Clock.systemUTC())
            .reconcile(WORK);
    events.removeIf(event -> !event.matches("planned.*|cleaned.*|.*applies [-+].*"));
    events.replaceAll(event -> event.replaceAll(" [-+]dns", ""));
  }

  @Test
  void flowsAreEndedAfterTheRulesAreWritten() throws IOException {
    reconcile(false);

    assertThat(events)
        .containsExactly(
            "planned [default/dns]",
            "iptables IPv4 applies",
            "iptables IPv6 applies",
            "cleaned [IPv4, IPv6]");
  }

  @Test
  void flowsOfAFamilyThatWasRefusedAreNot() throws IOException {
    reconcile(true);

    assertThat(events)
        .containsExactly("planned [default/dns]", "iptables IPv6 applies", "cleaned [IPv6]");
  }
}
