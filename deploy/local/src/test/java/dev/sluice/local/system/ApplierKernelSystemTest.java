package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesBackend;
import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.events.event.LogRecord;
import dev.sluice.events.model.IpFamily;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.EveryFlavour;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.KernelTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

@SystemTest
@KernelTest
@RunsOn({BackEnd.IPTABLES_LEGACY, BackEnd.IPTABLES_NFT})
class ApplierKernelSystemTest {
  private static final String HOOK = "KUBE-SERVICES";

  @EveryFlavour
  void theKernelFollowsTheLog(BackEnd backend, TestLog log) throws Exception {
    try (KernelNode node = KernelNode.create(backend.variant())) {
      Scribe scribe = log.scribe();
      scribe.publish(Manifests.NODE, Manifests.WEB);
      try (RunningApplier applier = RunningApplier.start(log, node.backends())) {
        applier.awaitApplied(4);
        assertThat(node.rules(IpFamily.IPV4)).contains("--to-destination 10.244.1.2:8080");
        assertThat(node.rules(IpFamily.IPV6)).contains("--to-destination [fd00:10:244:1::2]:8080");

        applier.awaitApplied(
            scribe.publish(
                Manifests.service("other", "10.96.0.81"), Manifests.slice("other", "10.244.1.9")));
        assertThat(node.rules()).contains("10.96.0.81/32", "--to-destination 10.244.1.9:8080");

        applier.awaitApplied(scribe.publish(Manifests.slice("other", "10.244.1.8")));
        assertThat(node.rules())
            .contains("--to-destination 10.244.1.8:8080")
            .doesNotContain("10.244.1.9");

        applier.awaitApplied(scribe.delete("Service/shop/web", "EndpointSlice/shop/web-ipv4"));
        assertThat(node.rules())
            .doesNotContain("10.96.0.80/32", "fd00:10:96::80", "10.244.1.2:8080")
            .contains("10.96.0.81/32");
      }
    }
  }

  @EveryFlavour
  @Conformance(Row.S1)
  void aRestartWithNothingNewWritesNothing(BackEnd backend, TestLog log) throws Exception {
    try (KernelNode node = KernelNode.create(backend.variant())) {
      log.scribe().publish(Manifests.NODE, Manifests.WEB);
      try (RunningApplier first = RunningApplier.start(log, node.backends())) {
        first.awaitApplied(4);
      }
      String before = node.rules();
      long writes = node.writes();
      assertThat(writes).as("one of each family").isEqualTo(2);
      assertThat(before).as("the rules stay when the applier ends").contains("10.96.0.80/32");

      try (RunningApplier second = RunningApplier.start(log, node.backends())) {
        second.awaitApplied(4);

        assertThat(node.writes()).isEqualTo(writes);
        assertThat(node.rules()).isEqualTo(before);
        assertThat(second.count("sluice.kernel.writes", IpFamily.IPV4)).isZero();
        assertThat(second.count("sluice.kernel.writes", IpFamily.IPV6)).isZero();
      }
    }
  }

  @Test
  void aStartAfterChangesLeadsToWhatAFreshNodeHas(TestLog log) throws Exception {
    try (KernelNode old = KernelNode.create(Variant.NFT);
        KernelNode fresh = KernelNode.create(Variant.NFT)) {
      Scribe scribe = log.scribe();
      scribe.publish(Manifests.NODE, Manifests.WEB, Manifests.service("gone", "10.96.0.82"));
      try (RunningApplier applier = RunningApplier.start(log, old.backends())) {
        applier.awaitApplied(5);
      }
      scribe.delete("Service/shop/gone");
      scribe.publish(Manifests.service("new", "10.96.0.83"), Manifests.slice("new", "10.244.1.7"));
      long revision = scribe.publish(Manifests.slice("new", "10.244.1.7", "10.244.1.8"));

      List<IptablesBackend> restarted = old.backends();
      List<IptablesBackend> first = fresh.backends();
      try (RunningApplier one = RunningApplier.start(log, restarted);
          RunningApplier two = RunningApplier.start(log, first)) {
        one.awaitApplied(revision);
        two.awaitApplied(revision);

        assertThat(restarted)
            .extracting(IptablesBackend::digest)
            .isEqualTo(first.stream().map(IptablesBackend::digest).toList());
        assertThat(old.rules().lines().sorted()).isEqualTo(fresh.rules().lines().sorted().toList());
      }
    }
  }

  @EveryFlavour
  @Conformance(Row.T4)
  void whatOthersBreakIsRepairedWithinASyncPeriodAndCounted(BackEnd backend, TestLog log)
      throws Exception {
    try (KernelNode node = KernelNode.create(backend.variant())) {
      log.scribe().publish(Manifests.NODE, Manifests.WEB);
      Duration period = Duration.ofMillis(300);
      try (RunningApplier applier =
          RunningApplier.startWithSyncPeriod(log, node.backends(), period)) {
        applier.awaitApplied(4);
        String whole = node.rules();
        node.iptables("-t", "nat", "-F", HOOK);
        node.iptables("-t", "nat", "-N", "KUBE-SVC-NOBODYS");
        node.iptables("-t", "nat", "-N", "CNI-OTHERS");

        Await.until()
            .untilAsserted(
                () ->
                    assertThat(node.rules().replaceAll("(?m)^:CNI-OTHERS.*\n", ""))
                        .isEqualTo(whole));

        assertThat(node.rules()).contains(":CNI-OTHERS");
        Await.until().until(() -> applier.count("sluice.drift", IpFamily.IPV4) == 2);
        assertThat(applier.count("sluice.drift", IpFamily.IPV6)).isZero();
      }
    }
  }

  @Test
  void whatCannotBeReadKeepsItsRulesOverARestartToo(TestLog log) throws Exception {
    try (KernelNode node = KernelNode.create(Variant.NFT)) {
      Scribe scribe = log.scribe();
      scribe.publish(Manifests.NODE, Manifests.WEB);
      List<IptablesBackend> backends = node.backends();
      try (RunningApplier applier = RunningApplier.start(log, backends).awaitApplied(4)) {
        String before = node.rules();
        LogRecord slice = Poison.good(Manifests.slice("web-ipv4", "10.244.1.9"));
        log.scribble(
            Poison.VALUE_OF_ANOTHER_OBJECT.record(), Poison.with(slice, "{\"endpoints\":7}"));
        Await.until().until(() -> applier.progress().undecodable().size() == 2);
        assertThat(node.rules()).isEqualTo(before);

        applier.awaitApplied(
            scribe.publish(
                Manifests.service("new", "10.96.0.83"), Manifests.slice("new", "10.244.1.7")));
        assertThat(node.rules())
            .contains("10.96.0.80/32", "10.244.1.2:8080", "10.96.0.83/32", "10.244.1.7:8080");
      }
      String rules = node.rules();
      long writes = node.writes();

      try (RunningApplier again = RunningApplier.start(log, node.backends()).awaitApplied(6)) {
        assertThat(node.rules()).isEqualTo(rules);
        assertThat(node.writes()).as("a restart writes nothing").isEqualTo(writes);
        assertThat(again.progress().undecodable()).hasSize(2);
        assertThat(again.count("sluice.kernel.writes", IpFamily.IPV4)).isZero();
      }
    }
  }
}
