package dev.sluice.local.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.iptables.IptablesTools.Variant;
import dev.sluice.local.conformance.Conformance;
import dev.sluice.local.conformance.Row;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.lab.NetworkNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the programs fail, and that they end even then. */
@SystemTest
@KernelTest
class ProgramSystemTest {
  private static final String NOBODY = "127.0.0.1:9";
  private static final String ANY_PORT = "127.0.0.1:0";

  @TempDir Path folder;

  @Test
  void theSecondWatcherEndsTheFirstWhichSaysWhy(TestLog log) throws Exception {
    Files.writeString(folder.resolve("web.yaml"), Manifests.service("web", "10.96.0.80"));
    try (Program first = watcher(log.kafka().bootstrapServers(), log)) {
      Await.until().until(() -> first.errors().contains("event=published revision=1"));
      try (Program second = watcher(log.kafka().bootstrapServers(), log)) {
        Await.until().until(() -> second.errors().contains("event=published revision=1 changes=0"));

        Files.writeString(folder.resolve("web.yaml"), Manifests.service("web", "10.96.0.81"));

        Program.Ended ended = first.await();
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.errors().lines().toList().getLast())
            .startsWith("sluice-watcher: ")
            .contains("another watcher");
        Await.until().until(() -> log.image().revision() == 2);
        assertThat(second.isAlive()).isTrue();
        assertThat(second.terminate().exitCode()).isZero();
      }
    }
  }

  @Test
  void bothEndInOrderWithoutABroker(TestLog log) throws Exception {
    try (NetworkNamespace namespace = NetworkNamespace.create("alone");
        Program watcher = watcher(NOBODY, log);
        Program applier =
            Program.startIn(namespace, "sluice", applyArguments(NOBODY, log, Variant.NFT))) {
      Await.until().until(() -> watcher.errors().contains("event=started"));
      Await.until().until(() -> applier.errors().contains("starting node=node-1"));
      Pages pages = new Pages(namespace, "127.0.0.1", 10256, 10249);
      Await.until().until(() -> pages.healthz().status() == 503);
      assertThat(pages.healthz().body()).contains("the log has not been read to its end");

      assertThat(watcher.terminate().exitCode()).isZero();
      assertThat(applier.terminate().exitCode()).isZero();
    }
  }

  @Test
  void anAddressThatIsTakenIsAFailureOfOneLine(TestLog log) throws Exception {
    try (NetworkNamespace namespace = NetworkNamespace.create("alone");
        Program first =
            Program.startIn(namespace, "sluice", applyArguments(NOBODY, log, Variant.NFT))) {
      Pages pages = new Pages(namespace, "127.0.0.1", 10256, 10249);
      Await.until().until(() -> pages.livez().status() == 200);

      Program.Ended second =
          Program.runIn(namespace, "sluice", applyArguments(NOBODY, log, Variant.NFT));

      assertThat(second.exitCode()).isEqualTo(1);
      assertThat(second.errors().lines().filter(line -> line.startsWith("sluice apply: ")))
          .singleElement()
          .asString()
          .contains("10256", "in use");
      assertThat(first.isAlive()).isTrue();
    }
  }

  @Test
  @Conformance(Row.H2)
  void whatTheKernelRefusesIsSaidByHealthUntilItTakesIt(TestLog log) throws Exception {
    Path broken = Files.createFile(folder.resolve("broken"));
    Path tools = Files.createDirectory(folder.resolve("tools"));
    Path restore = tools.resolve("iptables-nft-restore");
    Files.writeString(
        restore,
        """
        #!/bin/sh
        if [ -e %s ]; then echo "iptables-restore: line 1 failed" >&2; exit 1; fi
        PATH=${PATH#*:} exec iptables-nft-restore "$@"
        """
            .formatted(broken));
    var _ = Files.setPosixFilePermissions(restore, PosixFilePermissions.fromString("rwxr-xr-x"));
    log.scribe().publish(Manifests.NODE, Manifests.WEB);
    try (KernelNode node = KernelNode.create(Variant.NFT);
        Relay _ = Relay.into(node.namespace(), log.kafka().bootstrapServers());
        Program applier =
            Program.startWith(
                Map.of("PATH", tools + ":" + System.getenv("PATH")),
                node.namespace(),
                "sluice",
                applyArguments(log.kafka().bootstrapServers(), log, Variant.NFT))) {
      Pages pages = new Pages(node.namespace(), "127.0.0.1", 10256, 10249);
      Await.until().until(() -> pages.healthz().body().contains("lastError"));
      assertThat(pages.healthz().status()).isEqualTo(503);
      assertThat(pages.livez().status()).as("for two sync periods").isEqualTo(200);
      assertThat(pages.healthz().body())
          .contains("line 1 failed", "\"lastUpdated\":\"0001-01-01T00:00:00Z\"");
      assertThat(pages.metrics().body())
          .containsPattern("sluice_kernel_failures_total\\{ip_family=\"IPv4\"} [1-9]")
          .contains("sluice_kernel_failures_total{ip_family=\"IPv6\"} 0.0");

      Files.delete(broken);

      Await.until().until(() -> pages.healthz().status() == 200);
      assertThat(pages.healthz().body()).doesNotContain("lastError");
      assertThat(node.rules()).contains("10.96.0.80/32", "fd00:10:96::80/128");
      assertThat(applier.terminate().exitCode()).isZero();
    }
  }

  @Test
  @Conformance(Row.T6)
  void aSignalEndsAnApplierWhileAToolWaitsForTheLock(TestLog log) throws Exception {
    Path lock = folder.resolve("xtables.lock");
    log.scribe().publish(Manifests.NODE, Manifests.WEB);
    Process holder = new ProcessBuilder("flock", lock.toString(), "sleep", "120").start();
    try (KernelNode node = KernelNode.create(Variant.LEGACY);
        Relay _ = Relay.into(node.namespace(), log.kafka().bootstrapServers());
        Program applier =
            Program.startWith(
                Map.of("XTABLES_LOCKFILE", lock.toString()),
                node.namespace(),
                "sluice",
                applyArguments(log.kafka().bootstrapServers(), log, Variant.LEGACY))) {
      Await.until().until(() -> applier.hasChild("--noflush"));

      assertThat(applier.terminate().exitCode()).isZero();
    } finally {
      holder.descendants().forEach(ProcessHandle::destroy);
      holder.destroy();
    }
  }

  @Test
  @Conformance(Row.T3)
  void aLowLimitOfClientsWithAffinityIsWarnedOf(TestLog log) throws Exception {
    try (NetworkNamespace namespace = NetworkNamespace.create("alone")) {
      // has the kernel load the module
      namespace.exec("iptables-nft", "-A", "INPUT", "-m", "recent", "--set").orThrow();
      String file = "/sys/module/xt_recent/parameters/ip_list_tot";
      int limit = Integer.parseInt(namespace.exec("cat", file).orThrow().out().strip());
      try (Program applier =
          Program.startIn(namespace, "sluice", applyArguments(NOBODY, log, Variant.NFT))) {
        Pages pages = new Pages(namespace, "127.0.0.1", 10256, 10249);
        Await.until().until(() -> pages.healthz().status() == 503);

        String warning = "session affinity remembers " + limit + " clients an endpoint";
        assertThat(applier.errors().contains(warning)).isEqualTo(limit < 10_000);
      }
    }
  }

  private Program watcher(String bootstrapServers, TestLog log) throws Exception {
    return Program.start(
        "sluice-watcher",
        "--bootstrap-servers",
        bootstrapServers,
        "--cluster",
        log.topics().cluster(),
        "--replication-factor",
        "1",
        "--manifests",
        folder.toString(),
        "--healthz-bind-address",
        ANY_PORT,
        "--metrics-bind-address",
        ANY_PORT);
  }

  private static String[] applyArguments(String bootstrapServers, TestLog log, Variant variant) {
    return new String[] {
      "apply",
      "--bootstrap-servers",
      bootstrapServers,
      "--cluster",
      log.topics().cluster(),
      "--node-name",
      "node-1",
      "--proxy-mode",
      "iptables",
      "--iptables-variant",
      variant.toString()
    };
  }
}
