package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.NetworkNamespace;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Kafka where a node without rules can't reach it. */
@SystemTest
@KernelTest
class AddressTrapSystemTest {
  private static final String SERVICE = "10.96.0.80";

  private static String[] apply(String servers, TestLog log, String... flags) {
    String[] words = {
      "apply",
      "--bootstrap-servers=" + servers,
      "--cluster=" + log.topics().cluster(),
      "--node-name=node-1",
      "--proxy-mode=iptables",
      "--iptables-variant=nft",
      "--conntrack-max-per-core=0"
    };
    String[] all = Arrays.copyOf(words, words.length + flags.length);
    System.arraycopy(flags, 0, all, words.length, flags.length);
    return all;
  }

  @Test
  void anAddressOfServicesIsRefusedAtTheStart(TestLog log) throws Exception {
    try (NetworkNamespace namespace = NetworkNamespace.create("trap")) {
      Program.Ended ended =
          Program.runIn(
              namespace,
              "sluice",
              apply(SERVICE + ":9092", log, "--service-cluster-ip-range=10.96.0.0/12"));

      assertThat(ended.exitCode()).isEqualTo(2);
      assertThat(ended.errors())
          .contains(
              "Kafka's address 10.96.0.80 is within the Service range 10.96.0.0/12",
              "a node that has no rules yet can't reach it");
    }
  }

  @Test
  void whatOnlyTheLogAndTheBrokersTellIsWarnedOf(TestLog log) throws Exception {
    log.scribe().publish(Manifests.NODE, Manifests.WEB);
    String servers = log.kafka().bootstrapServers();
    String port = servers.substring(servers.lastIndexOf(':'));
    try (KernelNode node = KernelNode.create(Variant.NFT)) {
      node.namespace().exec("ip", "address", "add", SERVICE + "/32", "dev", "lo").orThrow();
      try (Relay _ = Relay.into(node.namespace(), servers);
          Relay _ = Relay.into(node.namespace(), SERVICE, servers);
          Program applier =
              Program.startIn(
                  node.namespace(),
                  "sluice",
                  apply(SERVICE + port, log, "--service-cluster-ip-range=127.0.0.0/8"))) {
        Await.until()
            .untilAsserted(
                () ->
                    assertThat(applier.errors())
                        .contains(
                            "Kafka's address 10.96.0.80 is the ClusterIP of Service shop/web",
                            "Kafka's address 127.0.0.1 is within the Service range 127.0.0.0/8"));
        assertThat(applier.isAlive()).isTrue();
      }
    }
  }
}
