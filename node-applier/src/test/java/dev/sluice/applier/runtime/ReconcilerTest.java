package dev.sluice.applier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.conntrack.FlowCleaner;
import dev.sluice.applier.forwarding.FrontEnd;
import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodePolicy;
import dev.sluice.applier.forwarding.NodePortAddresses;
import dev.sluice.applier.forwarding.VirtualServer;
import dev.sluice.applier.program.Backend;
import dev.sluice.applier.program.ProgramDigest;
import dev.sluice.events.image.ClusterImage;
import dev.sluice.events.model.IpFamily;
import dev.sluice.events.model.ServiceName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReconcilerTest {
  private static final Reconciler.Work WORK =
      new Reconciler.Work(ClusterImage.EMPTY, Set.of(new ServiceName("default", "dns")), false);

  private final List<String> events = new ArrayList<>();

  private final class RecordedBackend implements Backend {
    private final IpFamily family;
    private final boolean broken;

    private RecordedBackend(IpFamily family, boolean broken) {
      this.family = family;
      this.broken = broken;
    }

    @Override
    public IpFamily family() {
      return family;
    }

    @Override
    public void plan(NodePolicy policy, Map<ServiceName, List<VirtualServer>> changed) {}

    @Override
    public Written apply() throws IOException {
      if (broken) {
        throw new IOException("refused");
      }
      events.add("applied " + family);
      return Written.NOTHING;
    }

    @Override
    public Written repair() {
      return Written.NOTHING;
    }

    @Override
    public List<Refusal> refusals() {
      return List.of();
    }

    @Override
    public Set<FrontEnd> takeGoneUdp() {
      return Set.of();
    }

    @Override
    public void retry() {}

    @Override
    public ProgramDigest digest() {
      return ProgramDigest.EMPTY;
    }
  }

  private final class RecordedCleaner implements FlowCleaner {
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

  private void reconcile(boolean brokenV4) {
    List<Backend> backends =
        List.of(
            new RecordedBackend(IpFamily.IPV4, brokenV4),
            new RecordedBackend(IpFamily.IPV6, false));
    var _ =
        new Reconciler("node-1", NodeConfig.DEFAULTS, backends, new RecordedCleaner())
            .reconcile(WORK);
  }

  @Test
  void flowsAreEndedAfterTheRulesAreWritten() {
    reconcile(false);

    assertThat(events)
        .containsExactly(
            "planned [default/dns]", "applied IPv4", "applied IPv6", "cleaned [IPv4, IPv6]");
  }

  @Test
  void flowsOfAFamilyThatWasRefusedAreNot() {
    reconcile(true);

    assertThat(events).containsExactly("planned [default/dns]", "applied IPv6", "cleaned [IPv6]");
  }
}
