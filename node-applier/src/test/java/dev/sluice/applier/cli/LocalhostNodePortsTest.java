package dev.sluice.applier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.applier.forwarding.NodeConfig;
import dev.sluice.applier.forwarding.NodeConfig.DetectLocal;
import dev.sluice.applier.forwarding.NodeConfig.NodePorts;
import dev.sluice.events.model.Cidr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalhostNodePortsTest {
  @TempDir private Path root = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void kernelWithItsDefault() throws IOException {
    file = root.resolve("proc/sys/net/ipv4/conf/all/route_localnet");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "0\n");
  }

  private static NodeConfig on(NodePorts nodePorts) {
    return new NodeConfig(false, new DetectLocal.ClusterCidrs(List.of()), nodePorts, true);
  }

  @Test
  void theKernelIsSetToForwardWhatWasSentToLocalhost() throws IOException {
    NodeConfig config = LocalhostNodePorts.prepare(NodeConfig.DEFAULTS, root);

    assertThat(Files.readString(file)).isEqualTo("1");
    assertThat(config).isEqualTo(NodeConfig.DEFAULTS);
  }

  @Test
  void theKernelIsLeftAloneWhereLocalhostHasNoNodePorts() throws IOException {
    LocalhostNodePorts.prepare(NodeConfig.DEFAULTS.withLocalhostNodePorts(false), root);
    LocalhostNodePorts.prepare(on(new NodePorts.Primary()), root);
    LocalhostNodePorts.prepare(on(new NodePorts.InRanges(List.of(Cidr.parse("10.0.0.0/8")))), root);

    assertThat(Files.readString(file)).isEqualTo("0\n");
  }

  @Test
  void rangesMayHoldLocalhost() throws IOException {
    LocalhostNodePorts.prepare(
        on(new NodePorts.InRanges(List.of(Cidr.parse("127.0.0.0/8")))), root);

    assertThat(Files.readString(file)).isEqualTo("1");
  }

  @Test
  void whereTheKernelCannotBeSetLocalhostGetsNoNodePorts() throws IOException {
    Files.delete(file);

    assertThat(LocalhostNodePorts.prepare(NodeConfig.DEFAULTS, root))
        .isEqualTo(NodeConfig.DEFAULTS.withLocalhostNodePorts(false));
  }
}
