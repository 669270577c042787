package dev.sluice.applier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeCheckTest {
  @TempDir Path root = Path.of("");

  @Test
  void aNodeThatDoesNotForwardIsNamedWithWhatHelps() throws IOException {
    Path folder = Files.createDirectories(root.resolve("proc/sys/net/ipv4"));
    Files.writeString(folder.resolve("ip_forward"), "0\n");

    assertThat(NodeCheck.missing(root))
        .contains(
            "sysctl net.ipv4.ip_forward is 0 and should be 1: this node forwards nothing;"
                + " sluice prepare-node sets it");

    Files.writeString(folder.resolve("ip_forward"), "1\n");

    assertThat(NodeCheck.missing(root)).isEmpty();
  }
}
