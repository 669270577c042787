package dev.sluice.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.broker.EmbeddedBroker;
import dev.sluice.local.lab.KernelTest;
import dev.sluice.local.run.ApplierProgram;
import dev.sluice.local.run.NodeMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A tool that waits for the lock when its applier is killed still has its script. */
@Tag("system")
@KernelTest
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class OrphanedToolSystemTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @TempDir Path work;

  @Test
  void doesNotWriteOverWhatTheNextApplierHasWritten() throws Exception {
    Path hold = work.resolve("hold");
    Map<String, String> environment = Map.of("PATH", slowTool(hold) + ":" + System.getenv("PATH"));
    try (FaultNode node = new FaultNode(NodeMode.IPTABLES_LEGACY, work);
        EmbeddedBroker broker = node.startBroker();
        FaultLog log = FaultLog.open(node.control(), broker.bootstrapServers())) {
      ChurnCluster cluster = new ChurnCluster(new Random(1), 10);
      log.publish(cluster.start(node.pods()));
      ApplierProgram first = node.start(broker.bootstrapServers(), environment);
      first.awaitRevision(log.revision(), LIMIT);
      Files.createDirectory(hold);
      log.publish(cluster.newcomers(0, 3, 2));
      Awaitility.await().atMost(LIMIT).until(() -> Files.exists(hold.resolve("pid")));
      first.kill();
      long orphan = Long.parseLong(Files.readString(hold.resolve("pid")).strip());
      assertThat(ProcessHandle.of(orphan)).isPresent();
      log.publish(cluster.farewell(0, 3));

      node.start(broker.bootstrapServers(), environment).awaitRevision(log.revision(), LIMIT);
      Files.createFile(hold.resolve("go"));
      Awaitility.await().atMost(LIMIT).until(() -> ProcessHandle.of(orphan).isEmpty());

      assertThat(node.check().differences(log.image())).isEmpty();
    }
  }

  /**
   * Waits once, where the folder is there, as it would for the lock: before it reads its script.
   */
  private Path slowTool(Path hold) throws Exception {
    Path folder = Files.createDirectory(work.resolve("tools"));
    Path tool = folder.resolve("iptables-legacy-restore");
    Files.writeString(
        tool,
        """
        #!/bin/sh
        if [ -d %1$s ] && mkdir %1$s/taken 2>/dev/null; then
          echo $$ >%1$s/pid
          while [ ! -e %1$s/go ]; do sleep 0.05; done
        fi
        exec /usr/sbin/iptables-legacy-restore "$@"
        """
            .formatted(hold));
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    return folder;
  }
}
