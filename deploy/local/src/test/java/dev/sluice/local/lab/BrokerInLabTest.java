package dev.sluice.local.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.broker.BrokerSettings;
import dev.sluice.local.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class BrokerInLabTest {
  @TempDir Path data;

  @Test
  void theNodeReachesABrokerInTheControlNamespace() throws Exception {
    try (NodeLab lab = NodeLab.create()) {
      NetworkNamespace control = lab.addControl();
      BrokerSettings settings = BrokerSettings.in(data).withListen(NodeLab.CONTROL_V4);
      try (EmbeddedBroker broker = control.call(() -> EmbeddedBroker.start(settings))) {
        assertThat(broker.bootstrapServers()).startsWith(NodeLab.CONTROL_V4 + ":");
        assertThat(lab.node().<Integer, Exception>call(() -> brokersSeen(broker))).isEqualTo(1);
      }
    }
  }

  private static int brokersSeen(EmbeddedBroker broker) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      return admin.describeCluster().nodes().get(30, TimeUnit.SECONDS).size();
    }
  }
}
