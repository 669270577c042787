package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.local.conformance.BackEnd;
import dev.sluice.local.conformance.RunsOn;
import dev.sluice.local.lab.IpvsTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A replay through IPVS, in a kernel that has it. */
@SystemTest
@IpvsTest
@RunsOn(BackEnd.IPVS)
class ReplayIpvsSystemTest {
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void theKernelHasWhatADryRunSaysAfterEveryChange(TestLog log) throws Exception {
    Scribe scribe = log.scribe();
    scribe.publish(Manifests.NODE, Manifests.WEB);
    scribe.publish(Manifests.service("api", "10.96.0.81"), Manifests.slice("api", "10.244.1.9"));
    scribe.publish(Manifests.slice("api", "10.244.1.9", "10.244.1.10"));
    scribe.delete("EndpointSlice/shop/web-ipv6", "Service/shop/api");

    NavigableMap<Long, String> dry = ReplaySystemTest.digests(run(words(log, "--dry-run")));

    assertThat(dry.keySet()).containsExactly(4L, 5L, 6L, 7L, 8L, 9L);
    assertThat(dry.values()).doesNotHaveDuplicates();
    try (KernelNode node = KernelNode.create(Variant.LEGACY)) {
      // the addresses of Node/node-1, which node ports are on
      node.namespace().exec("ip", "link", "set", "lo", "up");
      node.namespace().exec("ip", "address", "add", "172.20.0.1/32", "dev", "lo");
      node.namespace().exec("ip", "address", "add", "fd00:172:20::1/128", "dev", "lo", "nodad");
      Program.Ended replay =
          run(words(log, "--netns", node.namespace().name(), "--iptables-variant", "legacy"));
      assertThat(ReplaySystemTest.digests(replay)).isEqualTo(dry);
      assertThat(node.virtualServers())
          .contains("-a -t 172.20.0.1:30080 -r 10.244.1.2:8080 -m -w 1")
          .noneMatch(line -> line.contains("10.96.0.81"));
    }
  }

  /** A program takes its time to start in a guest. */
  private static Program.Ended run(String... words) throws Exception {
    try (Program replay = Program.start("sluice", words)) {
      return replay.await(Duration.ofMinutes(2));
    }
  }

  private static String[] words(TestLog log, String... more) {
    List<String> words = new ArrayList<>(HistorySystemTest.onLog(log, "replay", more));
    words.addAll(List.of("--from", "4", "-o", "json", "--node-name", "node-1"));
    words.addAll(List.of("--proxy-mode", "ipvs"));
    return words.toArray(String[]::new);
  }
}
