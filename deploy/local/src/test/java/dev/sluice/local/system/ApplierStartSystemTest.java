package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.lab.KernelTest;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What must be known before the first write: a log that is not whole must never empty a node. */
@SystemTest
@KernelTest
@SuppressWarnings("NullAway.Init")
class ApplierStartSystemTest {
  private static final String EARLIER_RULE = "-A KUBE-SERVICES -d 10.96.0.9/32 -j KUBE-SVC-EARLIER";

  private KernelNode node;
  private String earlier;

  @BeforeEach
  void rulesOfAnEarlierRun() throws Exception {
    node = KernelNode.create(Variant.NFT);
    node.iptables("-t", "nat", "-N", "KUBE-SVC-EARLIER");
    node.iptables("-t", "nat", "-N", "KUBE-SERVICES");
    node.iptables(("-t nat " + EARLIER_RULE).split(" ", -1));
    node.iptables("-t", "nat", "-A", "PREROUTING", "-j", "KUBE-SERVICES");
    earlier = node.rules();
    assertThat(earlier).contains(EARLIER_RULE);
  }

  @AfterEach
  void remove() {
    node.close();
  }

  @Test
  @Conformance(Row.I8)
  void withoutTopicsItWaitsAndGoesOnWhenTheyCome(TestLog log) throws Exception {
    try (RunningApplier applier = RunningApplier.start(log, node.backends())) {
      applier.awaitWaitingFor("the log has not been read to its end");
      assertUntouched(applier);

      log.scribe().publish(Manifests.NODE, Manifests.WEB);

      assertTakenOver(applier.awaitApplied(4));
    }
  }

  @Test
  @Conformance(Row.I8)
  void anEmptyLogWritesNothing(TestLog log) throws Exception {
    log.withTopics();
    try (RunningApplier applier = RunningApplier.start(log, node.backends())) {
      applier.awaitWaitingFor("the log does not hold the whole cluster yet");
      assertUntouched(applier);

      new Scribe(log).publish(Manifests.NODE, Manifests.WEB);

      assertTakenOver(applier.awaitApplied(4));
    }
  }

  @Test
  @Conformance(Row.I8)
  void aLogThatIsFilledByHalfWritesNothing(TestLog log) throws Exception {
    Scribe scribe = log.scribe().complete(false);
    scribe.publish(Manifests.NODE);
    try (RunningApplier applier = RunningApplier.start(log, node.backends())) {
      applier.awaitWaitingFor("the log does not hold the whole cluster yet");
      scribe.publish(Manifests.service("half", "10.96.0.70"));
      Await.until().until(() -> applier.count("kubeproxy.sync.proxy.rules.service.changes") >= 1);
      assertUntouched(applier);

      scribe.complete(true).publish(Manifests.WEB);

      assertTakenOver(applier.awaitApplied(5));
    }
  }

  @Test
  @Conformance(Row.I8)
  void aLogWithoutThisNodeWritesNothing(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.OTHER_NODE, Manifests.WEB);
    try (RunningApplier applier = RunningApplier.start(log, node.backends())) {
      applier.awaitWaitingFor("Node/node-1");
      assertUntouched(applier);

      scribe.publish(Manifests.NODE);

      assertTakenOver(applier.awaitApplied(5));
    }
  }

  @Test
  void anAbortedTransactionAtTheEndIsNoHindrance(TestLog log) throws Exception {
    log.scribe().publish(Manifests.NODE, Manifests.WEB);
    try (KafkaProducer<byte[], byte[]> other = log.producer("other")) {
      other.beginTransaction();
      var _ =
          other.send(new ProducerRecord<>(log.topics().state(), 0, new byte[] {1}, new byte[] {2}));
      other.flush();
      other.abortTransaction();
    }

    try (RunningApplier applier = RunningApplier.start(log, node.backends())) {
      assertTakenOver(applier.awaitApplied(4));
    }
  }

  private void assertUntouched(RunningApplier applier) throws Exception {
    assertThat(node.writes()).isZero();
    assertThat(node.reads()).isZero();
    assertThat(node.rules()).isEqualTo(earlier);
    assertThat(applier.progress().revision()).isZero();
    assertThat(applier.progress().lastUpdated()).isEmpty();
  }

  private void assertTakenOver(RunningApplier applier) {
    assertThat(applier.progress().waitingFor()).isEqualTo(Optional.empty());
    assertThat(node.rules())
        .doesNotContain("KUBE-SVC-EARLIER")
        .contains("10.96.0.80/32", "fd00:10:96::80/128", "--to-destination 10.244.1.2:8080");
  }
}
